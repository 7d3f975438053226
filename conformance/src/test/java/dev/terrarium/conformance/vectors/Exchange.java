package dev.terrarium.conformance.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.smithy.aws.traits.protocols.AwsQueryErrorTrait;
import software.amazon.smithy.model.node.ObjectNode;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.StructureShape;
import software.amazon.smithy.model.traits.ErrorTrait;
import software.amazon.smithy.model.traits.HttpErrorTrait;
import software.amazon.smithy.model.traits.HttpTrait;
import software.amazon.smithy.protocoltests.traits.HttpMalformedRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpResponseTestCase;

/// One vector over one connection.
final class Exchange {
  private final int port;
  private final SmithyService service;

  Exchange(int port, SmithyService service) {
    this.port = port;
    this.service = service;
  }

  void request(SmithyService.Vector<HttpRequestTestCase> vector) throws IOException {
    var test = vector.test();
    var input = service.input(vector.operation());
    var expected = service.generated().structure(input.getId());
    Values.fill(service, input, test.getParams(), expected.values());
    Served.answer = service.generated().response(vector.operation());

    var body = bytes(test.getBody().orElse(""));
    var response =
        send(
            test.getMethod(),
            target(test.getUri(), test.getQueryParams()),
            test.getResolvedHost().or(test::getHost),
            test.getHeaders(),
            body);

    assertThat(Served.request).as(response.toString()).isNotNull();
    assertThat(Values.comparable(Served.request)).isEqualTo(Values.comparable(expected));
    var stream = service.stream(input);
    if (stream.isPresent()) {
      var sent = test.getParams().getStringMemberOrDefault(stream.get().getMemberName(), "");
      assertThat(new String(Served.body, StandardCharsets.UTF_8)).isEqualTo(sent);
    }
  }

  void malformed(SmithyService.Vector<HttpMalformedRequestTestCase> vector) throws Exception {
    var asked = vector.test().getRequest();
    var expected = vector.test().getResponse();
    Served.answer = service.generated().response(vector.operation());
    var body = bytes(asked.getBody().orElse(""));
    var response =
        send(
            asked.getMethod(),
            target(asked.expectUri(), asked.getQueryParams()),
            asked.getHost(),
            asked.getHeaders(),
            body);
    assertThat(response.status()).as(response.toString()).isEqualTo(expected.getCode());
    headers(expected.getHeaders(), response);
    if (expected.getBody().isPresent()) {
      var wanted = expected.getBody().get();
      if (wanted.getContents().isPresent()) {
        var contents = wanted.getContents().get().getBytes(StandardCharsets.UTF_8);
        assertThat(Bodies.canonical(wanted.getMediaType(), response.body()))
            .isEqualTo(Bodies.canonical(wanted.getMediaType(), contents));
      } else {
        assertThat(response.text()).containsPattern(wanted.getMessageRegex().orElseThrow());
      }
    }
  }

  void response(SmithyService.Vector<HttpResponseTestCase> vector) throws Exception {
    var test = vector.test();
    var operation = vector.operation();
    var output = service.output(operation);
    if (vector.error().isPresent()) {
      var failure = failure(vector.error().get(), test.getParams());
      Served.failure = () -> failure;
    } else {
      Served.answer = service.generated().response(operation);
      Values.fill(service, output, test.getParams(), Served.answer.values());
      service.stream(output)
          .map(member -> test.getParams().getStringMemberOrDefault(member.getMemberName(), ""))
          .ifPresent(text -> Served.answerBody = text.getBytes(StandardCharsets.UTF_8));
    }

    var response = trigger(operation);

    assertThat(response.status()).as(response.toString()).isEqualTo(test.getCode());
    headers(test.getHeaders(), response);
    for (var name : test.getForbidHeaders()) {
      assertThat(response.headers()).doesNotContainKey(name.toLowerCase(Locale.ROOT));
    }
    for (var name : test.getRequireHeaders()) {
      assertThat(response.headers()).containsKey(name.toLowerCase(Locale.ROOT));
    }
    if (test.getBody().isPresent()) {
      body(test, response);
    }
  }

  private void body(HttpResponseTestCase test, Http.Response response) throws Exception {
    var wanted = bytes(test.getBody().get());
    if (wanted.length == 0) {
      assertThat(response.text()).isEmpty();
      return;
    }
    assertThat(response.body()).as(response.toString()).isNotEmpty();
    var isXml = response.text().startsWith("<?xml");
    var type = test.getBodyMediaType().orElse(isXml ? "application/xml" : "text/plain");
    assertThat(Bodies.canonical(type, response.body())).isEqualTo(Bodies.canonical(type, wanted));
  }

  private static void headers(Map<String, String> expected, Http.Response response) {
    expected.forEach((name, value) -> {
      var found = response.header(name);
      assertThat(found).as("%s of %s", name, response).isNotNull();
      assertThat(found).as(name).isEqualTo(value);
    });
  }

  private VectorError failure(StructureShape error, ObjectNode params) {
    var isSender = error.expectTrait(ErrorTrait.class).isClientError();
    var query = error.getTrait(AwsQueryErrorTrait.class);
    var ofQuery = query.filter(trait -> service.protocol().equals("awsQuery"));
    var status =
        ofQuery
            .map(AwsQueryErrorTrait::getHttpResponseCode)
            .or(() -> error.getTrait(HttpErrorTrait.class).map(HttpErrorTrait::getCode))
            .orElse(isSender ? 400 : 500);
    var code = ofQuery.map(AwsQueryErrorTrait::getCode).orElse(error.getId().getName());
    var message =
        params.getStringMap().entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase("message"))
            .map(entry -> entry.getValue().expectStringNode().getValue())
            .findAny()
            .orElse(null);
    var failure = service.generated().error(error.getId(), status, code, message);
    Values.fill(service, error, params, failure.values());
    return failure;
  }

  /// Any request of the operation that can be read; what it says does not matter.
  private Http.Response trigger(OperationShape operation) throws IOException {
    var name = operation.getId().getName();
    var own = service.shape().getId().getName();
    return switch (service.protocol()) {
      case "awsJson1_0", "awsJson1_1" ->
          send(
              "POST",
              "/",
              Optional.empty(),
              Map.of(
                  "Content-Type",
                  "application/x-amz-json-" + service.protocol().substring(7).replace('_', '.'),
                  "X-Amz-Target",
                  own + "." + name),
              "{}".getBytes(StandardCharsets.UTF_8));
      case "awsQuery", "ec2Query" ->
          send(
              "POST",
              "/",
              Optional.empty(),
              Map.of("Content-Type", "application/x-www-form-urlencoded"),
              ("Action=" + name + "&Version=" + service.shape().getVersion())
                  .getBytes(StandardCharsets.UTF_8));
      case "rpcv2Cbor" ->
          send(
              "POST",
              "/service/" + own + "/operation/" + name,
              Optional.empty(),
              Map.of(
                  "smithy-protocol",
                  "rpc-v2-cbor",
                  "Accept",
                  "application/cbor",
                  "Content-Type",
                  "application/cbor"),
              new byte[] {(byte) 0xA0});
      default -> {
        var http = operation.expectTrait(HttpTrait.class);
        yield send(http.getMethod(), filled(operation, http), Optional.empty(), Map.of(), NOTHING);
      }
    };
  }

  private static final byte[] NOTHING = new byte[0];

  private String filled(OperationShape operation, HttpTrait http) {
    var uri = http.getUri().toString();
    for (var member : service.input(operation).members()) {
      var value =
          switch (service.target(member).getType()) {
            case BOOLEAN -> "true";
            case TIMESTAMP -> "2019-12-16T23:48:18Z";
            default -> "1";
          };
      uri = uri.replaceAll("\\{" + member.getMemberName() + "\\+?}", value);
    }
    return uri;
  }

  private Http.Response send(
      String method, String target, Optional<String> host, Map<String, String> headers, byte[] body)
      throws IOException {
    var all = new LinkedHashMap<String, String>();
    all.put("Host", host.orElse("localhost"));
    all.putAll(headers);
    all.putIfAbsent(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
            + service.name()
            + "/aws4_request, SignedHeaders=host, Signature=0");
    return Http.send(port, method, target, all, body);
  }

  private static String target(String uri, List<String> query) {
    var all = query.stream().collect(Collectors.joining("&"));
    return all.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + all;
  }

  private byte[] bytes(String body) {
    return service.protocol().equals("rpcv2Cbor")
        ? Base64.getDecoder().decode(body)
        : body.getBytes(StandardCharsets.UTF_8);
  }
}
