package dev.terrarium.bench;

import dev.terrarium.bench.functions.Echo;
import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Functions that answer what they are asked: warm, one call after the other, and cold.
final class Invocations implements Bench {
  private static final int COLD_STARTS = 9;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration DURING = Duration.ofSeconds(8);
  private static final String ROLE = "arn:aws:iam::000000000000:role/bench";
  private static final String PYTHON = "def handler(event, context):\n    return event\n";
  private static final String NODE = "exports.handler = async (event) => event;\n";

  private record Kind(
      String name, Runtime runtime, String handler, SdkBytes code, Map<String, String> variables) {}

  @Override
  public String name() {
    return "lambda";
  }

  @Override
  public String about() {
    return "functions in Java, Python and Node: warm and cold";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("Functions that answer what they are asked");
    out.head("where", "warm p50", "warm p99", "cold, median", "cold, worst of " + COLD_STARTS);
    var java = Packages.of(Echo.class);
    var echo = Echo.class.getName();
    var kinds =
        List.of(
            new Kind("Java, in this JVM", Runtime.JAVA25, echo, java, Map.of()),
            new Kind(
                "Java, own process",
                Runtime.JAVA25,
                echo,
                java,
                Map.of("TERRARIUM_LAMBDA_JAVA", "process")),
            new Kind(
                "Python, own process",
                Runtime.PYTHON3_13,
                "echo.handler",
                Packages.of("echo.py", PYTHON),
                Map.of()),
            new Kind(
                "Node, own process",
                Runtime.NODEJS22_X,
                "echo.handler",
                Packages.of("echo.js", NODE),
                Map.of()));
    try (var child = Child.memory()) {
      var clients = new Clients(child.endpoint());
      for (int i = 0; i < kinds.size(); i++) {
        measure(kinds.get(i), "echo-" + i, child, clients, out);
      }
    }
    out.text(
        "Over HTTP, one call after the other, from the request's first byte to the answer's last."
            + " Cold is the first call after the function's configuration has changed.");
  }

  private static void measure(Kind kind, String name, Child child, Clients clients, Output out)
      throws IOException {
    clients.lambda.createFunction(r ->
        r.functionName(name)
            .runtime(kind.runtime())
            .handler(kind.handler())
            .role(ROLE)
            .memorySize(1769)
            .code(c -> c.zipFile(kind.code()))
            .environment(e -> e.variables(kind.variables())));
    var request =
        Request.of(
            "lambda",
            "POST",
            "/2015-03-31/functions/" + name + "/invocations",
            "Content-Type: application/json\r\n",
            "{\"hello\":\"world\"}".getBytes(StandardCharsets.UTF_8),
            0);
    var cold = new double[COLD_STARTS];
    for (int i = 0; i < COLD_STARTS; i++) {
      var variables = new java.util.HashMap<>(kind.variables());
      variables.put("ROUND", "" + i);
      clients.lambda.updateFunctionConfiguration(
          r -> r.functionName(name).environment(e -> e.variables(variables)));
      var start = System.nanoTime();
      var answer =
          clients.lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String("1")));
      cold[i] = System.nanoTime() - start;
      if (answer.functionError() != null) {
        throw new IllegalStateException(answer.payload().asUtf8String());
      }
      out.progress(kind.name() + ": cold " + Output.millis(cold[i]));
    }
    Load.of(child.port(), 1, request, WARM_UP);
    var warm = Load.of(child.port(), 1, request, DURING).latencies();
    out.row(
        kind.name(),
        Output.percentile(warm, 50),
        Output.percentile(warm, 99),
        Output.millis(Output.median(cold)),
        Output.millis(java.util.Arrays.stream(cold).max().orElse(0)));
  }
}
