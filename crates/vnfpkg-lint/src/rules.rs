//! All rules. A new one is a file below `rules/` and its name in this list, in the order of the codes.

use crate::rule::{Registered, Rule, page, page_len};

macro_rules! rules {
    ($($family:ident { $($file:ident),* $(,)? })*) => {
        $(mod $family { $(pub(super) mod $file;)* })*

        /// Every rule with its page, sorted by code.
        pub(crate) static RULES: &[Registered] = &[$($({
            const SOURCE: &str = include_str!(concat!("rules/", stringify!($family), "/", stringify!($file), ".rs"));
            const PAGE: [u8; page_len(SOURCE)] = page(SOURCE);
            const DOC: &str = match std::str::from_utf8(&PAGE) {
                Ok(page) => page,
                Err(_) => "",
            };
            Registered::new(&$family::$file::RULE, DOC)
        },)*)*];
    };
}

rules! {
    inventory {
        inv01_inventory_grammar,
        inv02_known_vdus,
        inv03_instance_counts,
        inv04_connection_points,
        inv05_distinct_vnfcs,
    }
    lifecycle {
        lcd01_document_grammar,
        lcd02_document_version,
        lcd03_known_references,
        lcd04_no_cycle,
        lcd05_known_vdus,
        lcd06_document_files,
        lcd07_hook_without_operation,
    }
    manifest {
        man01_manifest_form,
        man02_required_metadata,
        man03_newer_metadata,
        man04_vnf_or_pnf,
        man05_release_date,
        man06_agrees_with_vnfd,
        man07_metadata_keys,
        man08_entry_form,
        man09_digest_algorithm,
        man10_digest_matches,
        man11_sources_exist,
        man12_all_files_listed,
        man13_distinct_sources,
        man14_artifact_sets,
        man15_registered_sets,
        man16_plain_lines,
        man17_documents_not_empty,
        man18_images_have_digests,
    }
    meta {
        met01_package_form,
        met02_exact_name,
        met03_meta_syntax,
        met04_meta_version,
        met05_csar_version,
        met06_created_by,
        met07_entry_definitions,
        met08_manifest_and_change_log,
        met09_entry_paths,
        met10_licenses_named,
        met11_current_keys,
        met12_known_keys,
        met13_other_definitions,
        met14_file_blocks,
        met16_root_form_names,
    }
    nfv {
        nfv01_vnf_node,
        nfv02_descriptor_id,
        nfv03_vnfm_info,
        nfv04_flavours,
        nfv05_allowed_flavours,
        nfv06_mapped_names,
        nfv07_cp_order,
        nfv08_virtual_links,
        nfv09_vdu_profile,
        nfv10_image_and_data,
        nfv11_image_checksum,
        nfv12_image_facts,
        nfv13_scaling_aspects,
        nfv14_instantiation_levels,
        nfv15_level_names,
        nfv16_instance_arithmetic,
        nfv17_affinity_rules,
        nfv18_lcm_operations,
        nfv19_hooks_do_something,
        nfv20_container_workloads,
        nfv21_enough_resources,
        nfv22_hooks_have_policies,
        nfv23_original_types,
        nfv24_types_in_package,
        nfv25_types_of_edition,
    }
    request {
        req01_request_syntax,
        req02_required_parameters,
        req03_parameter_values,
        req04_known_parameters,
        req05_known_levels,
        req06_request_files,
        req07_known_flavour,
        req08_no_placeholders,
    }
    signature {
        sig01_signed_package,
        sig02_signature_block,
        sig03_signature_fits,
        sig04_signer_certificate,
        sig05_signed_files_have_digests,
        sig06_artifact_signatures,
        sig07_outer_archive,
        sig08_certificate_in_force,
        sig09_encrypted_artifacts,
        sig10_trusted_signer,
    }
    suppression {
        sup01_used_suppressions,
        sup02_explained_suppressions,
        sup03_settings,
    }
    target {
        tgt01_tacker_takes_it,
        tgt02_onap_takes_it,
    }
    tosca {
        tos01_definitions_version,
        tos02_known_keynames,
        tos03_imports_resolve,
        tos04_topologies_stand_for_something,
        tos05_known_types,
        tos06_compatible_refinement,
        tos07_property_values,
        tos08_constraints,
        tos09_unit_spacing,
        tos10_functions,
        tos11_requirements,
        tos12_capabilities,
        tos13_interfaces,
        tos14_implementations,
        tos15_artifacts,
        tos16_policies,
        tos17_groups,
        tos18_used_inputs,
        tos19_substitution_mappings,
        tos20_no_null_requirements,
        tos21_topology_sections,
        tos22_used_types,
    }
    template {
        tpl01_template_syntax,
        tpl02_known_variables,
        tpl03_quoted_values,
        tpl04_no_double_quotes,
    }
    yaml {
        yam01_yaml_syntax,
        yam02_unique_keys,
        yam03_plain_text,
        yam04_bounded_yaml,
        yam05_quoted_strings,
        yam06_strict_flow,
    }
    zip {
        zip01_readable_archive,
        zip02_intact_content,
        zip03_safe_names,
        zip04_regular_files,
        zip05_unique_names,
        zip06_bounded_size,
        zip07_portable_names,
        zip08_plain_methods,
        zip09_file_extension,
        zip10_no_hidden_bytes,
    }
}

/// The rule that TOSCA.meta is a text.
pub(crate) static META_TEXT: &Rule = &meta::met03_meta_syntax::RULE;
/// The rule that the manifest is a text.
pub(crate) static MANIFEST_TEXT: &Rule = &manifest::man01_manifest_form::RULE;
/// The rule that a lifecycle document can be read.
pub(crate) static DOCUMENT_TEXT: &Rule = &lifecycle::lcd06_document_files::RULE;
/// The rule of signed outer zips.
pub(crate) static OUTER: &Rule = &signature::sig07_outer_archive::RULE;
/// The rule of suppressions that nothing needs.
pub(crate) static UNUSED: &Rule = &suppression::sup01_used_suppressions::RULE;
/// The rule of comments that suppress.
pub(crate) static COMMENT: &Rule = &suppression::sup02_explained_suppressions::RULE;
/// The rule of the settings.
pub(crate) static SETTINGS: &Rule = &suppression::sup03_settings::RULE;
/// The verdict of Tacker.
pub(crate) static TACKER: &Rule = &target::tgt01_tacker_takes_it::RULE;
/// The verdict of ONAP.
pub(crate) static ONAP: &Rule = &target::tgt02_onap_takes_it::RULE;
/// The rule of dates and keys of certificates.
pub(crate) static IN_FORCE: &Rule = &signature::sig08_certificate_in_force::RULE;
/// The rule of trusted signers.
pub(crate) static TRUST: &Rule = &signature::sig10_trusted_signer::RULE;
