package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// A cloud with Lambda, and short words for what the tests do with it.
final class LambdaFixture implements AutoCloseable {
  static final String ROLE = "arn:aws:iam::000000000000:role/lambda";

  final Cloud cloud;
  final LambdaClient lambda;
  final CloudWatchLogsClient logs;

  LambdaFixture() {
    this(Cloud.inMemory());
  }

  LambdaFixture(Cloud cloud) {
    this.cloud = cloud;
    this.lambda = cloud.client(LambdaClient.class);
    this.logs = cloud.client(CloudWatchLogsClient.class);
  }

  void python(String name, String code) {
    python(name, code, b -> {});
  }

  void python(String name, String code, Consumer<CreateFunctionRequest.Builder> more) {
    create(name, "python3.12", "app.handler", Zips.of("app.py", code), more);
  }

  void node(String name, String file, String code) {
    create(name, "nodejs20.x", "index.handler", Zips.of(file, code), b -> {});
  }

  void java(String name, Class<?> handler, Consumer<CreateFunctionRequest.Builder> more) {
    create(name, "java21", handler.getName(), Zips.ofClasses(handler), more);
  }

  void create(
      String name,
      String runtime,
      String handler,
      SdkBytes zip,
      Consumer<CreateFunctionRequest.Builder> more) {
    lambda.createFunction(b -> {
      b.functionName(name).runtime(runtime).handler(handler).role(ROLE).code(c -> c.zipFile(zip));
      more.accept(b);
    });
  }

  InvokeResponse invoke(String name, String payload) {
    return lambda.invoke(b -> b.functionName(name).payload(SdkBytes.fromUtf8String(payload)));
  }

  String answer(String name, String payload) {
    return invoke(name, payload).payload().asUtf8String();
  }

  com.fasterxml.jackson.databind.JsonNode json(String name, String payload) {
    return Json.parse(answer(name, payload));
  }

  /// Lets background work come to rest.
  void settle() {
    cloud.timers().advance(Duration.ZERO);
  }

  List<String> logLines(String name) {
    settle();
    return logs.filterLogEvents(b -> b.logGroupName("/aws/lambda/" + name)).events().stream()
        .map(FilteredLogEvent::message)
        .toList();
  }

  /// The spans that a function printed, as its word, their start and their end, that include the
  /// start of one of them: for each, how many.
  List<Long> atOnce(String name, String word) {
    var spans =
        logLines(name).stream()
            .filter(line -> line.startsWith(word + " "))
            .map(line -> line.strip().split(" "))
            .toList();
    return spans.stream()
        .map(one -> Long.parseLong(one[1]))
        .map(start ->
            spans.stream()
                .filter(s -> Long.parseLong(s[1]) <= start && start < Long.parseLong(s[2]))
                .count())
        .toList();
  }

  @Override
  public void close() {
    cloud.close();
  }
}
