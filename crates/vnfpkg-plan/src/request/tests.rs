//! Requests as users write them, v1 and v2.

use vnfpkg_diag::Sources;

use super::*;

fn read(text: &str, operation: &str) -> (Request, Vec<Problem>) {
    let mut sources = Sources::new();
    let source = sources.add("request", text);
    parse_request_of(source, text, RequestKind::of_operation(operation))
}

fn kinds(text: &str, operation: &str) -> Vec<(ProblemKind, String)> {
    read(text, operation).1.into_iter().map(|problem| (problem.kind, problem.help.unwrap_or(problem.message))).collect()
}

#[test]
fn comments_in_json_are_read_over() {
    let text = "{\n\"flavourId\": \"simple\",\n\"extVirtualLinks\": [{\"id\": \"net0\", \"resourceId\": \"f0\", #Set the uuid\n\"extCps\": []}],\n\"additionalParams\": {\"p\": {\"a\": \"b\"}}\n}";
    let (request, problems) = read(text, "instantiate_end");
    assert_eq!(problems, []);
    assert_eq!(request.flavour.unwrap().value, "simple");
    assert_eq!(request.additional_params.unwrap().at(&["p", "a"]).unwrap().text(), Some("b"));
}

#[test]
fn a_placeholder_is_told_with_its_comment_and_line() {
    let text = "{\n\"flavourId\": \"simple\",\n\"vimConnectionInfo\": [{\n\"vimId\": \"8d8373fe-6977-49ff-83ac-7756572ed186\", #Set the uuid of the VIM to use\n\"vimType\": \"openstack\"}]\n}";
    let mut sources = Sources::new();
    let source = sources.add("request", text);
    let (_, problems) = parse_request(source, text);
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].kind, problems[0].help.as_deref()), (ProblemKind::RequestPlaceholder, Some("set the uuid of the VIM to use")));
    let vnfpkg_diag::Place::Span(span) = problems[0].place else { panic!("a place in the text") };
    assert_eq!(text[..span.range().start].matches('\n').count() + 1, 4);
    for value in ["Set the uuid of the network to use", "<uuid of the network>", "00000000-0000-0000-0000-000000000000"] {
        let text = format!("extVirtualLinks: [{{id: net0, resourceId: '{value}'}}]");
        assert_eq!(kinds(&text, "instantiate")[0].0, ProblemKind::RequestPlaceholder, "{value}");
    }
}

#[test]
fn misspelt_keys_are_named_wherever_they_stand() {
    let mean = |text: &str, operation: &str| kinds(text, operation).into_iter().map(|(_, help)| help).collect::<Vec<_>>();
    assert_eq!(mean("additonalParams: {}", "instantiate_end"), ["did you mean `additionalParams`?"]);
    assert_eq!(mean("extVirtualLinks: [{id: net0, resourceID: x}]", "instantiate_end"), ["did you mean `resourceId`?"]);
    assert_eq!(mean("extVirtualLinks: [{extCps: [{cpdID: CP1}]}]", "change_external_connectivity_end"), ["did you mean `cpdId`?"]);
    assert_eq!(mean("vimConnectionInfo: {vim1: {vimid: x}}", "instantiate_end"), ["did you mean `vimId`?"]);
    assert_eq!(mean("aspectid: a\ntype: SCALE_OUT", "scale_start")[0], "did you mean `aspectId`?");
    // Each request has its own keys.
    assert_eq!(kinds("vnfcInstanceId: a", "instantiate_end")[0].0, ProblemKind::RequestUnknown);
}

#[test]
fn both_versions_of_the_api_are_read() {
    let v1 = "flavourId: simple\nvimConnectionInfo: [{id: v, vimId: x, vimType: openstack}]\nextVirtualLinks: [{id: n, extCps: [{cpdId: CP1, cpConfig: [{cpProtocolData: [{layerProtocol: IP_OVER_ETHERNET}]}]}]}]";
    let v2 = "flavourId: simple\nvimConnectionInfo: {v: {vimId: x, vimType: openstack}}\nextVirtualLinks: [{id: n, extCps: [{cpdId: CP1, cpConfig: {CP1_0: {cpProtocolData: [{layerProtocol: IP_OVER_ETHERNET, ipOverEthernet: {ipAddresses: [{type: IPV4, fixedAddresses: [192.0.2.5]}]}}]}}}]}]";
    for text in [v1, v2] {
        assert_eq!(read(text, "instantiate_end").1, [], "{text}");
        assert_eq!(read(&text.replace("IP_OVER_ETHERNET", "IP_OVER_ETHERNT"), "instantiate_end").1.len(), 1);
    }
}

#[test]
fn heal_scale_terminate_and_connectivity() {
    let (heal, problems) = read("{\"vnfcInstanceId\": \"52431660\", \"cause\": \"dead\"}", "heal_end");
    assert_eq!((problems.as_slice(), heal.vnfcs[0].value.as_str()), (&[][..], "52431660"));
    assert_eq!(read("vnfcInstanceId: [a, b]", "heal_start").0.vnfcs.len(), 2);
    let (scale, problems) = read("{type: SCALE_OUT, aspectId: worker_instance, numberOfSteps: 2}", "scale_end");
    assert_eq!(problems, []);
    let scale = scale.scale.unwrap();
    assert_eq!((scale.out, scale.aspect.value.as_str(), scale.steps), (true, "worker_instance", 2));
    assert_eq!(kinds("type: SCALE_OUT", "scale_end")[0].0, ProblemKind::RequestMissing);
    assert_eq!(kinds("{type: SCALE_UP, aspectId: a}", "scale_end")[0].0, ProblemKind::RequestValue);
    assert_eq!(kinds("{type: SCALE_IN, aspectId: a, numberOfSteps: many}", "scale_start")[0].0, ProblemKind::RequestValue);
    assert_eq!(read("{terminationType: GRACEFUL, gracefulTerminationTimeout: 60}", "terminate_start").1, []);
    assert_eq!(kinds("terminationType: GRACEFULL", "terminate_start")[0].1, "did you mean `GRACEFUL`?");
    assert_eq!(read("extVirtualLinks: []", "change_external_connectivity_end").1, []);
    assert_eq!(kinds("extVirtualLinks: net0", "change_external_connectivity_end")[0].0, ProblemKind::RequestValue);
    // The parameters of the instantiation also serve later operations.
    assert_eq!(read("flavourId: simple\nadditionalParams: {}", "heal_end").1, []);
}
