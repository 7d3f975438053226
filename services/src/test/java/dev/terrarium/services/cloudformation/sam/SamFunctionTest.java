package dev.terrarium.services.cloudformation.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamFunctionTest {
  private static final String FUNCTION =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Stage: {Type: String, Default: beta}
        Key: {Type: String}
      Mappings: {Shift: {beta: {Type: AllAtOnce}}}
      Conditions: {Always: !Equals [a, a]}
      Resources:
        Bucket: {Type: AWS::S3::Bucket}
        Topic: {Type: AWS::SNS::Topic}
        Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: s3://b/l.zip}}
        Fn:
          Type: AWS::Serverless::Function
          Properties:
            Runtime: python3.13
            Handler: app.handler
            CodeUri: {Bucket: b, Key: !Ref Key}
            AutoPublishAlias: !Ref Stage
      """;

  private static ObjectNode apply(String template, Map<String, String> values) {
    var result = SamTransform.apply(TemplateReader.read(template), values);
    result.remove("Transform");
    Template.check(result);
    return result;
  }

  /// The function with more properties.
  private static ObjectNode with(String properties) {
    return apply(FUNCTION + properties.indent(6), Map.of("Stage", "beta", "Key", "k.zip"));
  }

  private static List<String> names(ObjectNode root, String prefix) {
    return Template.of(root).resourceNames().stream()
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private static JsonNode properties(ObjectNode root, String name) {
    return root.path("Resources").path(name).path("Properties");
  }

  /// The digests are SHA-1 of what SAM takes, as JSON without spaces and in order.
  @Test
  void logicalIdsEndAsTheyDoInAnAccount() {
    var root = with("");
    assertThat(names(root, "FnVersion")).containsExactly("FnVersion694d741b46");
    assertThat(names(root, "Layer")).containsExactly("Layerc29d6198b7");
    assertThat(names(with("MemorySize: 256\nEnvironment: {Variables: {A: 1}}\n"), "FnVersion"))
        .isNotEqualTo(names(root, "FnVersion"));
    assertThat(names(with("Timeout: 7\n"), "FnVersion")).isEqualTo(names(root, "FnVersion"));
    assertThat(names(with("Timeout: 7\nAutoPublishAliasAllProperties: true\n"), "FnVersion"))
        .isNotEqualTo(names(root, "FnVersion"));
    assertThat(names(with("AutoPublishCodeSha256: 0123456789abcdef\n"), "FnVersion"))
        .containsExactly("FnVersion0123456789");
  }

  @Test
  void parametersDecideWhatIsMade() {
    var shift = "DeploymentPreference: {Type: !FindInMap [Shift, !Ref Stage, Type]}\n".indent(6);
    var one = apply(FUNCTION + shift, Map.of("Stage", "beta", "Key", "1.zip"));
    var other = apply(FUNCTION + shift, Map.of("Stage", "beta", "Key", "2.zip"));
    assertThat(names(one, "FnVersion")).isNotEqualTo(names(other, "FnVersion"));
    assertThat(properties(one, "FnAliasbeta").path("Name").asText()).isEqualTo("beta");
    assertThat(properties(one, "FnDeploymentGroup").path("DeploymentConfigName").toString())
        .contains("AllAtOnce");
    assertThatThrownBy(
            () -> apply(FUNCTION.replace("!Ref Stage", "!GetAtt Topic.TopicName"), Map.of()))
        .hasMessageEndingWith(
            "'AutoPublishAlias' must be a string or a Ref to a template parameter");
  }

  @Test
  void aTopicsMessagesComeByAQueueIfThatIsWanted() {
    var root =
        with("Events: {T: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}}\n");
    assertThat(names(root, "FnT"))
        .containsExactlyInAnyOrder("FnT", "FnTQueue", "FnTQueuePolicy", "FnTEventSourceMapping");
    assertThat(properties(root, "FnT").path("Protocol").asText()).isEqualTo("sqs");
    assertThat(properties(root, "FnTEventSourceMapping").path("BatchSize").asInt()).isEqualTo(10);
    var own =
        "SqsSubscription: {QueueArn: a, QueueUrl: u, QueuePolicyLogicalId: Own, BatchSize: 3, Enabled: false}";
    root = with("Events: {T: {Type: SNS, Properties: {Topic: !Ref Topic, %s}}}\n".formatted(own));
    assertThat(properties(root, "Own").at("/Queues/0").asText()).isEqualTo("u");
    assertThat(properties(root, "FnTEventSourceMapping").path("Enabled").asBoolean()).isFalse();
    assertThat(names(root, "FnTQueue")).isEmpty();
    assertThatThrownBy(() ->
            with(
                "Events: {T: {Type: SNS, Properties: {Topic: t, SqsSubscription: {QueueArn: a}}}}\n"))
        .hasMessageEndingWith("No QueueARN or QueueURL provided.");
  }

  @Test
  void aMappingsDestinationTellsWhatTheRoleMay() {
    var event =
        "Events: {K: {Type: Kinesis, Properties: {Stream: s, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Type: %s, Destination: d}}}}}\n";
    var root = with(event.formatted("SQS"));
    assertThat(properties(root, "FnK").at("/DestinationConfig/OnFailure").toString())
        .isEqualTo("{\"Destination\":\"d\"}");
    assertThat(properties(root, "FnRole").path("Policies").toString())
        .contains("FnKSQSPolicy")
        .contains("sqs:SendMessage");
    assertThatThrownBy(() -> with(event.formatted("S3")))
        .hasMessageEndingWith("The only valid values for 'Type' are 'SQS' and 'SNS'");
  }

  @Test
  void whatIsMadeSharesConditionAndPolicies() {
    var function =
        FUNCTION.replace(
            "AWS::Serverless::Function",
            "AWS::Serverless::Function\n    Condition: Always\n    DeletionPolicy: Delete");
    var event =
        "Events: {B: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}}\n";
    var root = apply(function + event.indent(6), Map.of("Stage", "beta", "Key", "k.zip"));
    for (var name : List.of("Fn", "FnRole", "FnAliasbeta", "FnBPermission")) {
      var resource = root.path("Resources").path(name);
      assertThat(resource.path("Condition").asText()).isEqualTo("Always");
      assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("Delete");
    }
    assertThat(
            properties(root, "Bucket")
                .at("/NotificationConfiguration/LambdaConfigurations/0/Fn::If/0")
                .asText())
        .isEqualTo("Always");
    assertThat(properties(root, "Bucket").at("/Tags/0/Key").asText())
        .isEqualTo("sam:ConditionalDependsOn:FnBPermission");
    assertThat(root.at("/Resources/Bucket").has("DependsOn")).isFalse();
  }

  @Test
  void skillsMayCall() {
    var root = with("Events: {A: {Type: AlexaSkill, Properties: {SkillId: amzn1.ask.skill.1}}}\n");
    assertThat(properties(root, "FnAPermission").path("Principal").asText())
        .isEqualTo("alexa-appkit.amazon.com");
    assertThat(properties(root, "FnAPermission").path("EventSourceToken").asText())
        .isEqualTo("amzn1.ask.skill.1");
  }

  @Test
  void whatDoesNotFitIsRefusedAsSamDoes() {
    assertThatThrownBy(
            () -> apply(FUNCTION.replace("Handler: app.handler", ""), Map.of("Key", "k")))
        .hasMessageEndingWith(
            "Runtime and Handler needs to be present when PackageType is of type `Zip`");
    assertThatThrownBy(() -> apply(FUNCTION.replaceFirst("CodeUri: \\{.*}", ""), Map.of()))
        .hasMessageEndingWith("Only one of 'InlineCode' or 'CodeUri' can be set.");
    assertThatThrownBy(() -> with("PackageType: Image\n"))
        .hasMessageEndingWith("'ImageUri' must be set.");
    assertThatThrownBy(() -> with("DeadLetterQueue: {Type: SQS}\n"))
        .hasMessageEndingWith(
            "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
    assertThatThrownBy(() -> with("DeadLetterQueue: {Type: S3, TargetArn: a}\n"))
        .hasMessageEndingWith("'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
    assertThatThrownBy(() -> apply("Globals: {Function: {Policies: []}}\n" + FUNCTION, Map.of()))
        .hasMessageContaining("'Policies' is not a supported property of 'Function'.");
    assertThatThrownBy(() -> apply("Globals: {Table: {}}\n" + FUNCTION, Map.of()))
        .hasMessageContaining(
            "'Table' is not supported. Must be one of the following values - ['Api', 'Function',");
    var layer = FUNCTION.replace("ContentUri: s3", "RetentionPolicy: Keep, ContentUri: s3");
    assertThatThrownBy(() -> apply(layer, Map.of("Key", "k", "Stage", "s")))
        .hasMessageEndingWith(
            "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].");
  }

  @Test
  void aResourceMayIgnoreWhatIsCommon() {
    var globals = "Globals: {Function: {Timeout: 9, MemorySize: 512}, Api: {Cors: '*'}}\n";
    var values = Map.of("Key", "k", "Stage", "s");
    assertThat(properties(apply(globals + FUNCTION, values), "Fn").path("Timeout").asInt())
        .isEqualTo(9);
    var ignoring =
        FUNCTION.replace(
            "AWS::Serverless::Function", "AWS::Serverless::Function\n    IgnoreGlobals: [Timeout]");
    var function = properties(apply(globals + ignoring, values), "Fn");
    assertThat(function.has("Timeout")).isFalse();
    assertThat(function.path("MemorySize").asInt()).isEqualTo(512);
  }
}
