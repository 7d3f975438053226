package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.InvokeMode;
import software.amazon.awssdk.services.lambda.model.InvokeResponseStreamUpdate;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

class StreamedFunctionTest {
  private static final String STREAM =
      """
      export const handler = awslambda.streamifyResponse(async (event, out, context) => {
        if (event.early) throw new Error('early');
        if (event.rawPath) {
          out = awslambda.HttpResponseStream.from(out,
            { statusCode: 201, headers: { 'X-A': 'b', 'Content-Type': 'text/html' }, cookies: ['c=d'] });
        }
        out.write('one,');
        if (event.late) throw new Error('late');
        await new Promise((done) => setTimeout(done, 20));
        out.write('two,');
        out.end('three');
        await new Promise((done) => out.on('finish', done));
      });
      """;

  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private record Answer(List<InvokeWithResponseStreamResponse> responses, List<Object> events) {
    String text() {
      var text = new StringBuilder();
      for (var event : events) {
        if (event instanceof InvokeResponseStreamUpdate update) {
          text.append(update.payload().asUtf8String());
        }
      }
      return text.toString();
    }

    InvokeWithResponseStreamCompleteEvent end() {
      return (InvokeWithResponseStreamCompleteEvent) events.getLast();
    }
  }

  private Answer stream(String function, String payload) {
    var answer = new Answer(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    fixture
        .cloud
        .client(LambdaAsyncClient.class)
        .invokeWithResponseStream(
            b -> b.functionName(function).payload(SdkBytes.fromUtf8String(payload)).logType("Tail"),
            InvokeWithResponseStreamResponseHandler.builder()
                .onResponse(answer.responses::add)
                .onEventStream(
                    events -> Objects.requireNonNull(events.subscribe(answer.events::add)))
                .build())
        .join();
    return answer;
  }

  @Test
  void aStreamComesInPieces() {
    fixture.node("f", "index.mjs", STREAM);
    var answer = stream("f", "{}");
    assertThat(answer.text()).isEqualTo("one,two,three");
    assertThat(answer.events).hasSizeGreaterThan(2);
    assertThat(answer.end().errorCode()).isNull();
    assertThat(answer.end().logResult()).isNotEmpty();
    assertThat(answer.responses.getFirst().executedVersion()).isEqualTo("$LATEST");
    assertThat(answer.responses.getFirst().responseStreamContentType())
        .isEqualTo("application/octet-stream");
  }

  @Test
  void anErrorEndsTheStream() {
    fixture.node("f", "index.mjs", STREAM);
    var early = stream("f", "{\"early\":true}");
    assertThat(early.text()).isEmpty();
    assertThat(early.end().errorCode()).isEqualTo("Unhandled");
    assertThat(early.end().errorDetails()).contains("\"errorMessage\":\"early\"");
    var late = stream("f", "{\"late\":true}");
    assertThat(late.text()).isEqualTo("one,");
    assertThat(late.end().errorDetails()).contains("\"errorMessage\":\"late\"");
    assertThatThrownBy(() -> stream("absent", "{}"))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aFunctionThatDoesNotStreamAnswersInOnePiece() {
    fixture.python("f", "def handler(e, c):\n    return {'a': 1}\n");
    assertThat(stream("f", "{}").text()).isEqualTo("{\"a\": 1}");
  }

  @Test
  void aCustomRuntimeMayStream() {
    fixture.create(
        "f",
        "provided.al2023",
        "any",
        Zips.of(
            "bootstrap",
            """
            #!/bin/bash
            while true; do
              HEADERS="$(mktemp)"
              EVENT=$(curl -sS -LD "$HEADERS" "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next") || exit 1
              ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
              rm "$HEADERS"
              (echo -n one; echo -n two) | curl -sS -X POST -H 'Lambda-Runtime-Function-Response-Mode: streaming' -H 'Content-Type: text/plain' -H 'Transfer-Encoding: chunked' --data-binary @- "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$ID/response" > /dev/null || exit 1
            done
            """),
        b -> {});
    var answer = stream("f", "{}");
    assertThat(answer.text()).isEqualTo("onetwo");
    assertThat(answer.responses.getFirst().responseStreamContentType()).isEqualTo("text/plain");
  }

  private FunctionUrls.Response get(String url, String query) {
    return new FunctionUrls(fixture.cloud)
        .handle(
            new FunctionUrls.Request(
                FunctionUrls.id(url),
                "GET",
                "h",
                "/",
                query,
                Map.of(),
                new byte[0],
                "1.2.3.4",
                null));
  }

  @Test
  void aUrlPassesTheStreamOn() throws IOException {
    fixture.node("f", "index.mjs", STREAM);
    var url =
        fixture
            .lambda
            .createFunctionUrlConfig(b ->
                b.functionName("f")
                    .authType(FunctionUrlAuthType.NONE)
                    .invokeMode(InvokeMode.RESPONSE_STREAM))
            .functionUrl();
    var answer = get(url, "");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers()).containsEntry("X-A", new ArrayList<>(List.of("b")));
    assertThat(answer.headers())
        .containsEntry("Content-Type", new ArrayList<>(List.of("text/html")));
    assertThat(answer.headers()).containsEntry("Set-Cookie", new ArrayList<>(List.of("c=d")));
    try (var body = Objects.requireNonNull(answer.stream())) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("one,two,three");
    }
    fixture.node("bad", "index.mjs", "export const handler = async () => { throw new Error(); };");
    var bad =
        fixture
            .lambda
            .createFunctionUrlConfig(b ->
                b.functionName("bad")
                    .authType(FunctionUrlAuthType.NONE)
                    .invokeMode(InvokeMode.RESPONSE_STREAM))
            .functionUrl();
    assertThat(get(bad, "").status()).isEqualTo(502);
  }
}
