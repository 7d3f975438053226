package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;

/// A SAM function that is deployed bit by bit, and taken back if an alarm goes off.
@Timeout(120)
class SamDeploymentTest {
  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Other:
          Type: AWS::Serverless::Function
          Properties:
            Runtime: python3.12
            Handler: index.handler
            InlineCode: "def handler(event, context): return 0"
            DeploymentPreference: {Enabled: false, Role: ""}
        Errors:
          Type: AWS::CloudWatch::Alarm
          Properties:
            AlarmName: errors
            Namespace: AWS/Lambda
            MetricName: Errors
            Statistic: Sum
            Period: 60
            EvaluationPeriods: 1
            TreatMissingData: ignore
            Threshold: 0
            ComparisonOperator: GreaterThanThreshold
        Fn:
          Type: AWS::Serverless::Function
          Properties:
            FunctionName: f
            Runtime: python3.12
            Handler: index.handler
            InlineCode: "def handler(event, context): return NUMBER"
            AutoPublishAlias: live
            DeploymentPreference:
              Type: Linear10PercentEvery1Minute
              Alarms: [!Ref Errors]
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private String status() {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(d -> d.stackName("s")).stacks().getFirst().stackStatusAsString();
  }

  private GetAliasResponse alias() {
    return cloud.client(LambdaClient.class).getAlias(alias -> alias.functionName("f").name("live"));
  }

  private void createAndUpdate() {
    cfn.createStack(c ->
        c.stackName("s")
            .templateBody(TEMPLATE.replace("NUMBER", "1"))
            .capabilities(Capability.CAPABILITY_IAM, Capability.CAPABILITY_AUTO_EXPAND));
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    cfn.updateStack(u ->
        u.stackName("s")
            .templateBody(TEMPLATE.replace("NUMBER", "2"))
            .capabilities(Capability.CAPABILITY_IAM, Capability.CAPABILITY_AUTO_EXPAND));
    assertThat(status()).isEqualTo("UPDATE_IN_PROGRESS");
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.1));
  }

  @Test
  void trafficGoesToTheNewVersionATenthEachMinute() {
    createAndUpdate();
    cloud.timers().advance(Duration.ofMinutes(3));
    assertThat(alias().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.4));
    cloud.timers().advance(Duration.ofMinutes(6));
    assertThat(status()).isEqualTo("UPDATE_COMPLETE");
    assertThat(alias().functionVersion()).isEqualTo("2");
    assertThat(alias().routingConfig()).isNull();
  }

  @Test
  void anAlarmTakesItBack() {
    createAndUpdate();
    cloud
        .client(CloudWatchClient.class)
        .setAlarmState(s ->
            s.alarmName("errors").stateValue(StateValue.ALARM).stateReason("it does not work"));
    cloud.timers().advance(Duration.ofMinutes(1));
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().routingConfig()).isNull();
    assertThat(cfn.describeStackEvents(d -> d.stackName("s")).stackEvents())
        .map(StackEvent::resourceStatusReason)
        .anyMatch(r -> r != null && r.contains("One or more alarms have been activated"));
  }
}
