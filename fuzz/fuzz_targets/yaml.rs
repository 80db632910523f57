#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vnfpkg_fuzz::yaml_tree(data));
