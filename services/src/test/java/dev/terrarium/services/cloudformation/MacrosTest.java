package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Functions that change templates before they are used.
@Timeout(120)
class MacrosTest {
  private static final String MACROS =
      """
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
        Errors: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: macro-errors}}
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Runtime: python3.12
            Handler: index.handler
            Role: !GetAtt Role.Arn
            Code:
              ZipFile: |
                import json
                def handler(event, context):
                    if 'Fail' in event['params']:
                        return {'requestId': event['requestId'], 'status': 'failure',
                                'errorMessage': event['params']['Fail']}
                    if 'Garbage' in event['params']:
                        return {'ok': True}
                    fragment = event['fragment']
                    if 'Resources' in fragment:
                        for r in fragment['Resources'].values():
                            r.setdefault('Properties', {})['DelaySeconds'] = 7
                        fragment['Metadata'] = {k: event[k] for k in
                            ('accountId', 'region', 'transformId', 'templateParameterValues')}
                    elif 'Text' in event['params']:
                        fragment = event['params']['Text'] + '-by-macro'
                    else:
                        fragment['VisibilityTimeout'] = event['params']['Seconds']
                    return {'requestId': event['requestId'], 'status': 'success', 'fragment': fragment}
        Macro:
          Type: AWS::CloudFormation::Macro
          Properties:
            Name: Shape
            FunctionName: !GetAtt Function.Arn
            LogGroupName: !Ref Errors
      """;
  private static final String USER =
      """
      Parameters:
        Seconds: {Type: Number, Default: 33}
        Names: {Type: CommaDelimitedList, Default: "a,b"}
      Transform: [Shape]
      Resources:
        Queue:
          Type: AWS::SQS::Queue
          Properties:
            QueueName: {"Fn::Transform": {Name: Shape, Parameters: {Text: made}}}
            Fn::Transform: {Name: Shape, Parameters: {Seconds: !Ref Seconds}}
      Outputs:
        Url: {Value: !Ref Queue}
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @BeforeEach
  void defineMacro() {
    create("macros", MACROS, c -> c.capabilities(Capability.CAPABILITY_IAM));
    assertThat(settled("macros").stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void create(String name, String template, Consumer<CreateStackRequest.Builder> more) {
    cfn.createStack(c -> more.accept(c.stackName(name).templateBody(template)));
  }

  private Stack settled(String name) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(d -> d.stackName(name)).stacks().getFirst();
  }

  @Test
  void macrosChangePartsOfATemplateAndThenTheWhole() {
    create("s", USER, c -> c.capabilities(Capability.CAPABILITY_AUTO_EXPAND));
    var stack = settled("s");
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    var url = stack.outputs().getFirst().outputValue();
    assertThat(url).endsWith("/made-by-macro");
    assertThat(
            cloud
                .client(SqsClient.class)
                .getQueueAttributes(g -> g.queueUrl(url).attributeNamesWithStrings("All"))
                .attributesAsStrings())
        .containsEntry("VisibilityTimeout", "33")
        .containsEntry("DelaySeconds", "7");
    var processed =
        Json.parse(
            cfn.getTemplate(g -> g.stackName("s").templateStage("Processed")).templateBody());
    assertThat(processed.has("Transform")).isFalse();
    assertThat(processed.at("/Metadata/transformId").asText()).isEqualTo("000000000000::Shape");
    assertThat(processed.at("/Metadata/accountId").asText()).isEqualTo("000000000000");
    assertThat(processed.at("/Metadata/templateParameterValues").toString())
        .isEqualTo("{\"Seconds\":\"33\",\"Names\":[\"a\",\"b\"]}");
    assertThat(cfn.getTemplate(g -> g.stackName("s").templateStage("Original")).templateBody())
        .isEqualTo(USER);
    assertThat(cfn.getTemplateSummary(g -> g.templateBody(USER)).declaredTransforms())
        .containsExactly("Shape");
  }

  @Test
  void macrosNeedACapabilityUnlessAChangeSetShowsWhatTheyDo() {
    assertThatThrownBy(() -> create("s", USER, c -> {}))
        .hasMessageContaining("Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
    var made =
        cfn.createChangeSet(c ->
            c.stackName("s")
                .changeSetName("c")
                .changeSetType(ChangeSetType.CREATE)
                .templateBody(USER));
    assertThat(cfn.describeChangeSet(d -> d.changeSetName(made.id())).changes()).hasSize(1);
  }

  @Test
  void aFailingMacroFailsTheStackWithItsWords() {
    var failing = USER.replace("Text: made", "Fail: \"not today\"");
    create("s", failing, c -> c.capabilities(Capability.CAPABILITY_AUTO_EXPAND));
    assertThat(settled("s").stackStatusAsString()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(reasons("s"))
        .contains(
            "Transform 000000000000::Shape failed with: not today. Rollback requested by user.");
    var made =
        cfn.createChangeSet(c ->
            c.stackName("t")
                .changeSetName("c")
                .changeSetType(ChangeSetType.CREATE)
                .templateBody(USER.replace("Text: made", "Garbage: \"1\"")));
    var set = cfn.describeChangeSet(d -> d.changeSetName(made.id()));
    assertThat(set.statusAsString()).isEqualTo("FAILED");
    assertThat(set.statusReason())
        .isEqualTo("Received malformed response from transform 000000000000::Shape");
    var logs = cloud.client(CloudWatchLogsClient.class);
    assertThat(logs.filterLogEvents(f -> f.logGroupName("macro-errors")).events())
        .extracting(event -> event.message())
        .contains("Transform 000000000000::Shape failed with: not today");
  }

  @Test
  void aFailingMacroPutsAnUpdateBack() {
    create("s", USER, c -> c.capabilities(Capability.CAPABILITY_AUTO_EXPAND));
    assertThat(settled("s").stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    cfn.updateStack(u ->
        u.stackName("s")
            .templateBody(USER.replace("[Shape]", "[Unknown]"))
            .parameters(Parameter.builder().parameterKey("Seconds").parameterValue("9").build())
            .capabilities(Capability.CAPABILITY_AUTO_EXPAND));
    var stack = settled("s");
    assertThat(stack.stackStatusAsString()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(stack.parameters()).extracting(Parameter::parameterValue).contains("33");
    assertThat(reasons("s"))
        .anyMatch(r -> r.contains("No transform named 000000000000::Unknown found."));
  }

  private List<String> reasons(String stack) {
    return cfn.describeStackEvents(d -> d.stackName(stack)).stackEvents().stream()
        .map(StackEvent::resourceStatusReason)
        .filter(reason -> reason != null)
        .toList();
  }
}
