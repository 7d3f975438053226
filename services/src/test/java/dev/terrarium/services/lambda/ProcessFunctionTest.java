package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.LogType;

class ProcessFunctionTest {
  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void pythonAnswersAndLogs() {
    fixture.python(
        "hello",
        """
        import logging, os
        logging.getLogger().setLevel(logging.INFO)
        count = 0
        def handler(event, context):
            global count
            count += 1
            print("got", event["name"])
            logging.info("two\\nlines")
            return {"count": count, "function": context.function_name,
                    "region": os.environ["AWS_REGION"], "left": context.get_remaining_time_in_millis() > 2000}
        """);
    assertThat(fixture.answer("hello", "{\"name\":\"Ada\"}"))
        .isEqualTo(
            "{\"count\": 1, \"function\": \"hello\", \"region\": \"us-east-1\", \"left\": true}");
    assertThat(fixture.json("hello", "{\"name\":\"Bob\"}").path("count").asInt()).isEqualTo(2);
    var lines = fixture.logLines("hello");
    assertThat(lines).contains("got Ada\n", "got Bob\n");
    assertThat(lines).anyMatch(l -> l.matches("(?s)\\[INFO]\t\\S+Z\t[0-9a-f-]{36}\ttwo\nlines\n"));
  }

  @Test
  void theTailIsTheInvocationsOwnLog() {
    fixture.python("tail", "def handler(event, context):\n    print(event)\n");
    fixture.invoke("tail", "1");
    var response =
        fixture.lambda.invoke(b ->
            b.functionName("tail").payload(SdkBytes.fromUtf8String("2")).logType(LogType.TAIL));
    var tail = new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    assertThat(tail.lines().toList()).hasSize(4);
    assertThat(tail).contains("\n2\nEND RequestId: ");
  }

  @Test
  void aPythonExceptionHasAwsForm() {
    fixture.python("bad", "def handler(event, context):\n    raise ValueError('no')\n");
    var error = fixture.json("bad", "{}");
    assertThat(error.path("errorMessage").asText()).isEqualTo("no");
    assertThat(error.path("errorType").asText()).isEqualTo("ValueError");
    assertThat(error.path("stackTrace").path(0).asText())
        .isEqualTo("  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('no')\n");
    assertThat(fixture.logLines("bad"))
        .anyMatch(l -> l.startsWith("[ERROR] ValueError: no\nTraceback (most recent call last):"));
  }

  @Test
  void aModuleThatDoesNotLoadFailsTheInvocation() {
    fixture.python("import", "import nonsense_module\n");
    var error = fixture.json("import", "{}");
    assertThat(error.path("errorType").asText()).isEqualTo("Runtime.ImportModuleError");
    assertThat(error.path("errorMessage").asText())
        .isEqualTo("Unable to import module 'app': No module named 'nonsense_module'");
  }

  @Test
  void aProcessThatEndsIsReportedAndReplaced() {
    fixture.python(
        "exit",
        """
        import os
        def handler(event, context):
            if event == 1:
                os._exit(7)
            return "alive"
        """);
    var error = fixture.json("exit", "1");
    assertThat(error.path("errorType").asText()).isEqualTo("Runtime.ExitError");
    assertThat(error.path("errorMessage").asText())
        .endsWith("Error: Runtime exited with error: exit status 7");
    assertThat(fixture.answer("exit", "2")).isEqualTo("\"alive\"");
  }

  @Test
  void pythonIsCutOffAtItsTimeout() {
    fixture.python(
        "slow",
        "import time\ndef handler(event, context):\n    time.sleep(60)\n",
        b -> b.timeout(1));
    assertThat(fixture.invoke("slow", "{}").payload().asUtf8String())
        .contains("Task timed out after 1.00 seconds");
  }

  @Test
  void nodeServesPromisesAndCallbacksAndModules() {
    fixture.node(
        "async",
        "index.js",
        "exports.handler = async (e) => { console.log('in', e.a); return {b: e.a + 1}; };");
    fixture.node(
        "callback",
        "index.js",
        "exports.handler = (e, c, done) => { setTimeout(() => done(null, 'later'), 5); };");
    fixture.node(
        "module",
        "index.mjs",
        "import fs from 'node:fs'; export const handler = async () => typeof fs.readFileSync;");
    assertThat(fixture.answer("async", "{\"a\":1}")).isEqualTo("{\"b\":2}");
    assertThat(fixture.answer("async", "{\"a\":2}")).isEqualTo("{\"b\":3}");
    assertThat(fixture.answer("callback", "{}")).isEqualTo("\"later\"");
    assertThat(fixture.answer("module", "{}")).isEqualTo("\"function\"");
    assertThat(fixture.logLines("async"))
        .anyMatch(l -> l.matches("\\S+Z\t[0-9a-f-]{36}\tINFO\tin 1\n"));
  }

  @Test
  void aNodeErrorHasAwsForm() {
    fixture.node(
        "bad", "index.js", "exports.handler = async () => { throw new TypeError('no'); };");
    var error = fixture.json("bad", "{}");
    assertThat(error.path("errorType").asText()).isEqualTo("TypeError");
    assertThat(error.path("errorMessage").asText()).isEqualTo("no");
    assertThat(error.path("trace").path(0).asText()).isEqualTo("TypeError: no");
  }

  @Test
  void logsAreJsonIfAskedFor() {
    fixture.python(
        "json",
        """
        import logging
        def handler(event, context):
            logging.info("seen")
            logging.debug("not seen")
        """,
        b -> b.loggingConfig(l -> l.logFormat("JSON")));
    fixture.invoke("json", "{}");
    var lines = fixture.logLines("json").stream().map(dev.terrarium.kernel.Json::parse).toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1).path("type").asText()).isEqualTo("platform.start");
    assertThat(lines.get(2).path("level").asText()).isEqualTo("INFO");
    assertThat(lines.get(2).path("message").asText()).isEqualTo("seen");
    assertThat(lines.get(3).path("record").path("status").asText()).isEqualTo("success");
  }

  @Test
  void aProvidedRuntimeSpeaksTheRuntimeApi() {
    fixture.create(
        "custom",
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
              curl -sS "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$ID/response" -d "{\\"echo\\":$EVENT}" > /dev/null || exit 1
            done
            """),
        b -> {});
    assertThat(fixture.answer("custom", "[1]")).isEqualTo("{\"echo\":[1]}");
    assertThat(fixture.answer("custom", "[2]")).isEqualTo("{\"echo\":[2]}");
  }

  @Test
  void aStreamOfNodeIsGatheredForWhoeverWantsItWhole() {
    fixture.node(
        "streams",
        "index.mjs",
        """
        export const handler = awslambda.streamifyResponse(async (event, out, context) => {
          out.setContentType('text/plain');
          out.write('one ');
          console.log('between');
          if (event.fail) throw new Error('halfway');
          setTimeout(() => out.end('two ' + context.functionName), 5);
        });
        """);
    assertThat(fixture.answer("streams", "{}")).isEqualTo("one two streams");
    assertThat(fixture.json("streams", "{\"fail\":true}").path("errorMessage").asText())
        .isEqualTo("halfway");
    assertThat(fixture.answer("streams", "{}")).isEqualTo("one two streams");
    assertThat(fixture.logLines("streams")).anyMatch(l -> l.endsWith("\tINFO\tbetween\n"));
  }
}
