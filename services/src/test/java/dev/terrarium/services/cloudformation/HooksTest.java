package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.HookResultNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

/// Functions that are asked before something is done.
@Timeout(120)
class HooksTest {
  private static String template(String mode, String operations) {
    return """
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          RoleName: hook
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Function:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: index.handler
          Role: !GetAtt Role.Arn
          Code:
            ZipFile: |
              def handler(event, context):
                  data = event['requestData']
                  token = event['clientRequestToken']
                  if data['targetType'] != 'RESOURCE':
                      ok = event['actionInvocationPoint'] != 'DELETE_PRE_PROVISION'
                  else:
                      ok = data['targetModel']['resourceProperties'].get('DelaySeconds') != 9
                  if ok:
                      return {'hookStatus': 'SUCCESS', 'message': 'fine', 'clientRequestToken': token}
                  return {'hookStatus': 'FAILED', 'errorCode': 'NonCompliant',
                          'message': 'too slow', 'clientRequestToken': token}
      Hook:
        Type: AWS::CloudFormation::LambdaHook
        Properties:
          Alias: Private::Lambda::Check
          ExecutionRole: !GetAtt Role.Arn
          FailureMode: %s
          HookStatus: ENABLED
          LambdaFunction: !GetAtt Function.Arn
          TargetOperations: [%s]
          TargetFilters: {TargetNames: ["AWS::SQS::*"], Actions: [CREATE, UPDATE, DELETE]}
          StackFilters: {FilteringCriteria: ALL, StackNames: {Exclude: [hooks]}}
    """
        .formatted(mode, operations);
  }

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void hook(String mode, String operations) {
    cfn.createStack(c ->
        c.stackName("hooks")
            .templateBody(template(mode, operations))
            .capabilities(Capability.CAPABILITY_NAMED_IAM));
    assertThat(status("hooks")).isEqualTo("CREATE_COMPLETE");
  }

  private String status(String stack) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(d -> d.stackName(stack)).stacks().getFirst().stackStatusAsString();
  }

  private List<StackEvent> events() {
    var events = new ArrayList<>(cfn.describeStackEvents(d -> d.stackName("s")).stackEvents());
    Collections.reverse(events);
    return events;
  }

  private static String queue(int delay) {
    return "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: %d}}}"
        .formatted(delay);
  }

  private void create(int delay) {
    cfn.createStack(c -> c.stackName("s").templateBody(queue(delay)));
  }

  @Test
  void aHookThatIsContentLetsResourcesBe() {
    hook("FAIL", "RESOURCE");
    create(1);
    assertThat(status("s")).isEqualTo("CREATE_COMPLETE");
    assertThat(events().stream().filter(e -> e.hookType() != null).toList())
        .extracting(e -> e.logicalResourceId() + " " + e.hookStatusAsString())
        .containsExactly("Q HOOK_IN_PROGRESS", "Q HOOK_COMPLETE_SUCCEEDED");
  }

  @Test
  void aHookThatFailsKeepsAResourceFromBeingMade() {
    hook("FAIL", "RESOURCE");
    create(9);
    assertThat(status("s")).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(events())
        .anySatisfy(e -> {
          assertThat(e.resourceStatusAsString()).isEqualTo("CREATE_FAILED");
          assertThat(e.resourceStatusReason())
              .isEqualTo("The following hook(s) failed: [Private::Lambda::Check]");
        })
        .anySatisfy(e -> {
          assertThat(e.hookStatusAsString()).isEqualTo("HOOK_COMPLETE_FAILED");
          assertThat(e.hookStatusReason()).isEqualTo("Hook failed with message: too slow");
        });
    var listed = cfn.listHookResults(l -> l.status("HOOK_COMPLETE_FAILED")).hookResults();
    assertThat(listed).singleElement().satisfies(r -> assertThat(r.targetId()).isEqualTo("Q"));
    var result = cfn.getHookResult(g -> g.hookResultId(listed.getFirst().hookResultId()));
    assertThat(result.typeName()).isEqualTo("Private::Lambda::Check");
    assertThatThrownBy(() -> cfn.getHookResult(g -> g.hookResultId("x")))
        .isInstanceOf(HookResultNotFoundException.class);
  }

  @Test
  void aHookThatOnlyWarnsKeepsNothingBack() {
    hook("WARN", "RESOURCE");
    create(9);
    assertThat(status("s")).isEqualTo("CREATE_COMPLETE");
    assertThat(events()).anySatisfy(e -> assertThat(e.hookFailureModeAsString()).isEqualTo("WARN"));
  }

  @Test
  void stacksAndChangeSetsAreAskedForAsWell() {
    hook("FAIL", "STACK, CHANGE_SET, RESOURCE");
    var made =
        cfn.createChangeSet(c ->
            c.stackName("s")
                .changeSetName("c")
                .changeSetType(ChangeSetType.CREATE)
                .templateBody(queue(1)));
    assertThat(
            cfn.listHookResults(l -> l.targetType("CHANGE_SET").targetId(made.id())).hookResults())
        .hasSize(1);
    assertThat(cfn.describeChangeSetHooks(d -> d.changeSetName(made.id())).hooks())
        .singleElement()
        .satisfies(h ->
            assertThat(h.targetDetails().resourceTargetDetails().logicalResourceId())
                .isEqualTo("Q"));
    cfn.executeChangeSet(e -> e.changeSetName(made.id()));
    assertThat(status("s")).isEqualTo("CREATE_COMPLETE");
    cfn.deleteStack(d -> d.stackName("s"));
    assertThat(status("s")).isEqualTo("DELETE_FAILED");
    assertThat(cfn.describeStacks(d -> d.stackName("s")).stacks().getFirst().stackStatusReason())
        .isEqualTo("The following hook(s) failed: [Private::Lambda::Check]");
    cfn.deleteStack(d -> d.stackName("hooks"));
    cloud.timers().advance(Duration.ofMillis(1));
    cfn.deleteStack(d -> d.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(
            cfn.listStacks(l -> l.stackStatusFiltersWithStrings("DELETE_COMPLETE"))
                .stackSummaries())
        .hasSize(2);
  }
}
