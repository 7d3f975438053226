package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

class LambdaResourcesTest {
  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private ResourceType type(String service, String name) {
    return Objects.requireNonNull(fixture.cloud.service(service)).resourceTypes().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ResourceType.Request request(String logicalId, String properties) {
    return new ResourceType.Request(
        "arn:aws:cloudformation:us-east-1:000000000000:stack/s/1",
        "s",
        logicalId,
        "token-" + logicalId,
        (ObjectNode) Json.parse(properties),
        Map.of("aws:cloudformation:stack-name", "s"));
  }

  private ResourceType.Resource create(String name, String logicalId, String properties) {
    var made = new ResourceType.Resource[1];
    var service = name.startsWith("AWS::Logs") ? "logs" : "lambda";
    fixture.cloud.as(
        "cloudformation",
        "test",
        fixture.cloud.defaultScope(),
        () -> made[0] = type(service, name).create(request(logicalId, properties)));
    return Objects.requireNonNull(made[0]);
  }

  private static final String FUNCTION =
      """
      {"Code": {"ZipFile": "import cfnresponse\\ndef handler(e, c):\\n    return %s\\n"},
       "Runtime": "python3.12", "Handler": "index.handler", "Timeout": "7",
       "Role": "arn:aws:iam::000000000000:role/r",
       "Tags": [{"Key": "a", "Value": "b"}]}
      """;

  @Test
  void inlineCodeBecomesAFunction() {
    var function = create("AWS::Lambda::Function", "F", FUNCTION.formatted("cfnresponse.SUCCESS"));
    assertThat(function.physicalId()).matches("s-F-[A-Z0-9]{12}");
    assertThat(Objects.requireNonNull(function.attributes().get("Arn")).asText())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:" + function.physicalId());
    assertThat(fixture.answer(function.physicalId(), "{}")).isEqualTo("\"SUCCESS\"");
    var shown = fixture.lambda.getFunction(b -> b.functionName(function.physicalId()));
    assertThat(shown.configuration().timeout()).isEqualTo(7);
    assertThat(shown.tags()).containsEntry("a", "b");
  }

  @Test
  void anUpdateChangesCodeAndTakesBackWhatHasGone() {
    var function = create("AWS::Lambda::Function", "F", FUNCTION.formatted("1"));
    var changed = (ObjectNode) Json.parse(FUNCTION.formatted("2"));
    changed.remove("Timeout");
    fixture.cloud.as(
        "cloudformation",
        "test",
        fixture.cloud.defaultScope(),
        () ->
            type("lambda", "AWS::Lambda::Function")
                .update(
                    request("F", Json.write(changed)),
                    function,
                    (ObjectNode) Json.parse(FUNCTION.formatted("1"))));
    assertThat(fixture.answer(function.physicalId(), "{}")).isEqualTo("2");
    assertThat(
            fixture
                .lambda
                .getFunctionConfiguration(b -> b.functionName(function.physicalId()))
                .timeout())
        .isEqualTo(3);
  }

  @Test
  void whatHangsOnAFunctionIsMadeToo() {
    var name = create("AWS::Lambda::Function", "F", FUNCTION.formatted("1")).physicalId();
    var version = create("AWS::Lambda::Version", "V", "{\"FunctionName\":\"%s\"}".formatted(name));
    assertThat(version.physicalId()).endsWith(":1");
    var alias =
        create(
            "AWS::Lambda::Alias",
            "A",
            "{\"FunctionName\":\"%s\",\"Name\":\"live\",\"FunctionVersion\":\"1\"}"
                .formatted(name));
    assertThat(fixture.answer(alias.physicalId(), "{}")).isEqualTo("1");
    create(
        "AWS::Lambda::Permission",
        "P",
        "{\"FunctionName\":\"%s\",\"Action\":\"lambda:InvokeFunction\",\"Principal\":\"s3.amazonaws.com\"}"
            .formatted(name));
    assertThat(fixture.lambda.getPolicy(b -> b.functionName(name)).policy())
        .contains("\"Service\":\"s3.amazonaws.com\"");
    var url =
        create(
            "AWS::Lambda::Url",
            "U",
            "{\"TargetFunctionArn\":\"%s\",\"AuthType\":\"NONE\",\"Cors\":{\"AllowOrigins\":[\"*\"]}}"
                .formatted(name));
    assertThat(Objects.requireNonNull(url.attributes().get("FunctionUrl")).asText())
        .contains(".lambda-url.us-east-1.");
    create(
        "AWS::Lambda::EventInvokeConfig",
        "C",
        "{\"FunctionName\":\"%s\",\"Qualifier\":\"$LATEST\",\"MaximumRetryAttempts\":0}"
            .formatted(name));
    assertThat(
            fixture
                .lambda
                .getFunctionEventInvokeConfig(b -> b.functionName(name))
                .maximumRetryAttempts())
        .isZero();
  }

  @Test
  void logGroupsAndTheirFiltersAreMade() {
    var group =
        create("AWS::Logs::LogGroup", "G", "{\"LogGroupName\":\"g\",\"RetentionInDays\":7}");
    assertThat(Objects.requireNonNull(group.attributes().get("Arn")).asText())
        .isEqualTo("arn:aws:logs:us-east-1:000000000000:log-group:g:*");
    create(
        "AWS::Logs::MetricFilter",
        "M",
        """
        {"LogGroupName":"g","FilterPattern":"ERROR","MetricTransformations":[
          {"MetricName":"n","MetricNamespace":"s","MetricValue":"1",
           "Dimensions":[{"Key":"k","Value":"$.v"}]}]}
        """);
    var shown = fixture.logs.describeMetricFilters(b -> b.logGroupName("g")).metricFilters();
    assertThat(shown.getFirst().metricTransformations().getFirst().dimensions())
        .containsEntry("k", "$.v");
    assertThat(fixture.logs.describeLogGroups(b -> {}).logGroups().getFirst().retentionInDays())
        .isEqualTo(7);
  }

  @Test
  void aSubscriptionCarriesMatchingEventsToAFunction() {
    fixture.python(
        "sub",
        """
        import base64, gzip, json
        def handler(e, c):
            data = json.loads(gzip.decompress(base64.b64decode(e["awslogs"]["data"])))
            print(data["logGroup"], data["logStream"], [x["message"] for x in data["logEvents"]])
        """);
    fixture.logs.createLogGroup(b -> b.logGroupName("g"));
    fixture.logs.createLogStream(b -> b.logGroupName("g").logStreamName("s"));
    create(
        "AWS::Logs::SubscriptionFilter",
        "S",
        "{\"LogGroupName\":\"g\",\"FilterPattern\":\"ERROR\",\"DestinationArn\":\"arn:aws:lambda:us-east-1:000000000000:function:sub\"}");
    var now = fixture.cloud.clock().millis();
    fixture.logs.putLogEvents(b ->
        b.logGroupName("g")
            .logStreamName("s")
            .logEvents(
                InputLogEvent.builder().timestamp(now).message("ERROR one").build(),
                InputLogEvent.builder().timestamp(now).message("fine").build()));
    assertThat(fixture.logLines("sub")).contains("g s ['ERROR one']\n");
  }

  @Test
  void aFunctionHasItsCodeSigningAndItsRuntimeManagement() {
    var signing =
        create(
            "AWS::Lambda::CodeSigningConfig",
            "C",
            """
            {"AllowedPublishers":{"SigningProfileVersionArns":[
               "arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij"]},
             "CodeSigningPolicies":{"UntrustedArtifactOnDeployment":"Warn"}}
            """);
    var properties = (ObjectNode) Json.parse(FUNCTION.formatted("1"));
    properties.put("CodeSigningConfigArn", signing.physicalId());
    properties.put("RecursiveLoop", "Allow");
    properties.putObject("RuntimeManagementConfig").put("UpdateRuntimeOn", "FunctionUpdate");
    var name = create("AWS::Lambda::Function", "F", Json.write(properties)).physicalId();
    assertThat(
            fixture
                .lambda
                .getFunctionCodeSigningConfig(b -> b.functionName(name))
                .codeSigningConfigArn())
        .isEqualTo(signing.physicalId());
    assertThat(
            fixture
                .lambda
                .getFunctionRecursionConfig(b -> b.functionName(name))
                .recursiveLoopAsString())
        .isEqualTo("Allow");
    assertThat(
            fixture
                .lambda
                .getRuntimeManagementConfig(b -> b.functionName(name))
                .updateRuntimeOnAsString())
        .isEqualTo("FunctionUpdate");
  }

  @Test
  void aMappingChangesInPlaceAndTakesBackWhatHasGone() {
    var name = create("AWS::Lambda::Function", "F", FUNCTION.formatted("1")).physicalId();
    var stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    fixture
        .cloud
        .client(software.amazon.awssdk.services.kinesis.KinesisClient.class)
        .createStream(b -> b.streamName("s").shardCount(1));
    fixture.cloud.timers().advance(java.time.Duration.ofMinutes(1));
    var before =
        """
        {"FunctionName":"%s","EventSourceArn":"%s","StartingPosition":"LATEST","BatchSize":"7",
         "ParallelizationFactor":3,"BisectBatchOnFunctionError":true,
         "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:q"}},
         "Tags":[{"Key":"a","Value":"b"}]}
        """
            .formatted(name, stream);
    var mapping = create("AWS::Lambda::EventSourceMapping", "M", before);
    var after =
        """
        {"FunctionName":"%s","EventSourceArn":"%s","StartingPosition":"LATEST","Enabled":false}
        """
            .formatted(name, stream);
    fixture.cloud.as(
        "cloudformation",
        "test",
        fixture.cloud.defaultScope(),
        () ->
            type("lambda", "AWS::Lambda::EventSourceMapping")
                .update(request("M", after), mapping, (ObjectNode) Json.parse(before)));
    fixture.settle();
    var shown = fixture.lambda.getEventSourceMapping(b -> b.uuid(mapping.physicalId()));
    assertThat(shown.state()).isEqualTo("Disabled");
    assertThat(shown.batchSize()).isEqualTo(100);
    assertThat(shown.parallelizationFactor()).isEqualTo(1);
    assertThat(shown.bisectBatchOnFunctionError()).isFalse();
    assertThat(shown.destinationConfig().onFailure().destination()).isNull();
    assertThat(fixture.lambda.listTags(b -> b.resource(shown.eventSourceMappingArn())).tags())
        .doesNotContainKey("a");
  }
}
