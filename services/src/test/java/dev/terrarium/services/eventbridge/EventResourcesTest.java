package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(60)
final class EventResourcesTest {
  private static final String TEMPLATE =
      """
      Parameters:
        Kind: {Type: String, Default: order}
        Days: {Type: Number, Default: 3}
      Resources:
        Bus:
          Type: AWS::Events::EventBus
          Properties: {Name: shop, Description: the shop}
        Allow:
          Type: AWS::Events::EventBusPolicy
          Properties:
            EventBusName: !Ref Bus
            StatementId: other
            Statement:
              Effect: Allow
              Principal: {AWS: 'arn:aws:iam::111111111111:root'}
              Action: events:PutEvents
              Resource: !GetAtt Bus.Arn
        Queue: {Type: AWS::SQS::Queue}
        Rule:
          Type: AWS::Events::Rule
          Properties:
            EventBusName: !Ref Bus
            EventPattern: {detail-type: [!Ref Kind]}
            Targets:
              - {Id: q, Arn: !GetAtt Queue.Arn, InputPath: $.detail}
        Tick:
          Type: AWS::Events::Rule
          Properties:
            ScheduleExpression: rate(1 minute)
            Targets: [{Id: q, Arn: !GetAtt Queue.Arn, Input: '"tick"'}]
        Archive:
          Type: AWS::Events::Archive
          Properties: {SourceArn: !GetAtt Bus.Arn, RetentionDays: !Ref Days}
        Connection:
          Type: AWS::Events::Connection
          Properties:
            AuthorizationType: API_KEY
            AuthParameters: {ApiKeyAuthParameters: {ApiKeyName: k, ApiKeyValue: v}}
        Hook:
          Type: AWS::Events::ApiDestination
          Properties:
            ConnectionArn: !GetAtt Connection.Arn
            HttpMethod: POST
            InvocationEndpoint: https://localhost:1/x
      Outputs:
        Rule: {Value: !Ref Rule}
        RuleArn: {Value: !GetAtt Rule.Arn}
        Archive: {Value: !Ref Archive}
        Secret: {Value: !GetAtt Connection.SecretArn}
        Hook: {Value: !GetAtt Hook.ArnForPolicy}
        Queue: {Value: !Ref Queue}
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient stacks = cloud.client(CloudFormationClient.class);
  private final EventBridgeClient events = cloud.client(EventBridgeClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void awaitStatus(String status) {
    cloud.timers().advance(Duration.ofMillis(1));
    var stack = stacks.describeStacks(d -> d.stackName("shop")).stacks().getFirst();
    assertThat(stack.stackStatusAsString()).as(stack.stackStatusReason()).isEqualTo(status);
  }

  private Map<String, String> outputs() {
    var outputs = new HashMap<String, String>();
    stacks
        .describeStacks(d -> d.stackName("shop"))
        .stacks()
        .getFirst()
        .outputs()
        .forEach(output -> outputs.put(output.outputKey(), output.outputValue()));
    return outputs;
  }

  @Test
  void aTemplateMakesChangesAndRemovesAllTypes() {
    stacks.createStack(c -> c.stackName("shop").templateBody(TEMPLATE));
    awaitStatus("CREATE_COMPLETE");
    var made = outputs();
    assertThat(made.get("Rule")).startsWith("shop|shop-Rule-");
    assertThat(made.get("RuleArn")).startsWith("arn:aws:events:us-east-1:000000000000:rule/shop/");
    assertThat(made.get("Secret")).contains(":secret:events!connection/");
    assertThat(made.get("Hook")).contains(":api-destination/shop-Hook-");
    assertThat(events.describeEventBus(d -> d.name("shop")).policy()).contains("\"Sid\":\"other\"");
    assertThat(put("order")).isEqualTo("{\"n\":1}");

    stacks.updateStack(u ->
        u.stackName("shop")
            .usePreviousTemplate(true)
            .parameters(
                Parameter.builder().parameterKey("Kind").parameterValue("offer").build(),
                Parameter.builder().parameterKey("Days").parameterValue("7").build()));
    awaitStatus("UPDATE_COMPLETE");
    assertThat(outputs()).isEqualTo(made);
    assertThat(put("offer")).isEqualTo("{\"n\":1}");
    assertThat(events.describeArchive(d -> d.archiveName(made.get("Archive"))).retentionDays())
        .isEqualTo(7);

    stacks.deleteStack(d -> d.stackName("shop"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(events.listEventBuses(l -> {}).eventBuses()).hasSize(1);
    assertThat(events.listRules(l -> {}).rules()).isEmpty();
    assertThat(events.listConnections(l -> {}).connections()).isEmpty();
    assertThat(events.listArchives(l -> {}).archives()).isEmpty();
  }

  private String put(String type) {
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName("shop")
            .source("shop")
            .detailType(type)
            .detail("{\"n\": 1}")
            .build();
    events.putEvents(p -> p.entries(entry));
    cloud.timers().advance(Duration.ofMillis(1));
    var messages =
        cloud
            .client(SqsClient.class)
            .receiveMessage(r -> r.queueUrl(outputs().get("Queue")))
            .messages();
    assertThat(messages).hasSize(1);
    return messages.getFirst().body();
  }
}
