package dev.terrarium.services.cloudformation.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamTransformTest {
  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Globals:
        Function:
          Runtime: python3.13
          Environment: {Variables: {A: 1}}
      Resources:
        Bucket: {Type: AWS::S3::Bucket}
        Queue: {Type: AWS::SQS::Queue}
        Topic: {Type: AWS::SNS::Topic}
        Layer:
          Type: AWS::Serverless::LayerVersion
          Properties: {ContentUri: s3://b/l.zip}
        Fn:
          Type: AWS::Serverless::Function
          Properties:
            Handler: app.handler
            CodeUri: s3://b/k.zip
            AutoPublishAlias: live
            Layers: [!Ref Layer]
            Environment: {Variables: {B: 2}}
            Policies:
              - AmazonS3ReadOnlyAccess
              - SQSSendMessagePolicy: {QueueName: !GetAtt Queue.QueueName}
            Events:
              Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 5}}
              T: {Type: SNS, Properties: {Topic: !Ref Topic}}
              B: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}
      """;

  private static ObjectNode apply(String template) {
    var result = SamTransform.apply(TemplateReader.read(template), Map.of());
    result.remove("Transform");
    return result;
  }

  @Test
  void aFunctionBecomesItsPartsUnderSamsIds() {
    var root = apply(TEMPLATE);
    var resources = Template.check(root).resourceNames();
    assertThat(resources)
        .contains("Fn", "FnRole", "FnQ", "FnT", "FnTPermission", "FnBPermission", "FnAliaslive")
        .anyMatch(name -> name.matches("FnVersion[0-9a-f]{10}"))
        .anyMatch(name -> name.matches("Layer[0-9a-f]{10}"))
        .doesNotContain("Layer");
    var function = root.path("Resources").path("Fn");
    assertThat(function.path("Type").asText()).isEqualTo("AWS::Lambda::Function");
    assertThat(function.at("/Properties/Environment/Variables").size()).isEqualTo(2);
    assertThat(function.at("/Properties/Code/S3Key").asText()).isEqualTo("k.zip");
    assertThat(function.at("/Properties/Layers/0/Ref").asText()).startsWith("Layer");
    var role = root.path("Resources").path("FnRole").path("Properties");
    assertThat(role.path("ManagedPolicyArns").toString())
        .contains("AWSLambdaBasicExecutionRole")
        .contains("AWSLambdaSQSQueueExecutionRole")
        .contains("policy/AmazonS3ReadOnlyAccess");
    assertThat(role.at("/Policies/0/PolicyName").asText()).isEqualTo("FnRolePolicy1");
    assertThat(root.at("/Resources/FnQ/Properties/FunctionName/Ref").asText())
        .isEqualTo("FnAliaslive");
    var bucket = root.path("Resources").path("Bucket");
    assertThat(bucket.at("/DependsOn/0").asText()).isEqualTo("FnBPermission");
    assertThat(
            bucket
                .at("/Properties/NotificationConfiguration/LambdaConfigurations/0/Event")
                .asText())
        .isEqualTo("s3:ObjectCreated:*");
  }

  @Test
  void whatIsUnknownIsNamed() {
    assertThatThrownBy(() -> apply(TEMPLATE.replace("AutoPublishAlias", "AutoPublish")))
        .hasMessageEndingWith(
            "Resource with id [Fn] is invalid. property AutoPublish not defined for resource of type AWS::Serverless::Function");
    assertThatThrownBy(() -> apply("Resources: {App: {Type: AWS::Serverless::GraphQLApi}}"))
        .hasMessageContaining("AWS::Serverless::GraphQLApi");
    assertThatThrownBy(() -> apply(TEMPLATE.replace("s3://b/k.zip", "./src")))
        .hasMessageContaining("'CodeUri' is not a valid S3 Uri");
  }

  @Test
  void streamsBecomeMappingsWithAllTheirProperties() {
    var root =
        apply(
            """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Fn:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: python3.13
                  Handler: app.handler
                  CodeUri: s3://b/k.zip
                  Events:
                    K:
                      Type: Kinesis
                      Properties:
                        Stream: arn:aws:kinesis:us-east-1:000000000000:stream/s
                        StartingPosition: AT_TIMESTAMP
                        StartingPositionTimestamp: 1700000000
                        ParallelizationFactor: 2
                        BisectBatchOnFunctionError: true
                        TumblingWindowInSeconds: 60
                        DestinationConfig: {OnFailure: {Type: SNS, Destination: 'arn:aws:sns:us-east-1:000000000000:t'}}
                    D:
                      Type: DynamoDB
                      Properties:
                        Stream: arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1
                        StartingPosition: TRIM_HORIZON
                        MaximumRetryAttempts: 3
                        FilterCriteria: {Filters: [{Pattern: '{}'}]}
            """);
    var kinesis = root.at("/Resources/FnK");
    assertThat(kinesis.path("Type").asText()).isEqualTo("AWS::Lambda::EventSourceMapping");
    assertThat(kinesis.at("/Properties/StartingPositionTimestamp").asLong())
        .isEqualTo(1_700_000_000L);
    assertThat(kinesis.at("/Properties/TumblingWindowInSeconds").asInt()).isEqualTo(60);
    assertThat(kinesis.at("/Properties/DestinationConfig/OnFailure/Destination").asText())
        .isEqualTo("arn:aws:sns:us-east-1:000000000000:t");
    assertThat(root.at("/Resources/FnD/Properties/MaximumRetryAttempts").asInt()).isEqualTo(3);
    assertThat(root.at("/Resources/FnRole/Properties/ManagedPolicyArns").toString())
        .contains("AWSLambdaKinesisExecutionRole")
        .contains("AWSLambdaDynamoDBExecutionRole");
  }

  private static final String SCHEDULED =
      """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Fn:
          Type: AWS::Serverless::Function
          Properties:
            Handler: app.handler
            Runtime: python3.13
            CodeUri: s3://b/k.zip
            Events:
              Daily:
                Type: ScheduleV2
                Properties:
                  ScheduleExpression: rate(1 day)
                  Input: '{"a": 1}'
                  PermissionsBoundary: arn:aws:iam::aws:policy/Boundary
                  DeadLetterConfig: {Type: SQS, QueueLogicalId: Letters}
              Own:
                Type: ScheduleV2
                Properties:
                  {ScheduleExpression: rate(2 days), RoleArn: role, OmitName: true, State: DISABLED}
      """;

  @Test
  void aScheduleHasARoleAndAQueueOfItsOwnUnlessTheyAreNamed() {
    var resources = apply(SCHEDULED).path("Resources");
    var daily = resources.at("/FnDaily/Properties");
    assertThat(daily.path("Name").asText()).isEqualTo("FnDaily");
    assertThat(daily.at("/FlexibleTimeWindow/Mode").asText()).isEqualTo("OFF");
    assertThat(daily.at("/Target/Arn/Fn::GetAtt/0").asText()).isEqualTo("Fn");
    assertThat(daily.at("/Target/RoleArn/Fn::GetAtt/0").asText()).isEqualTo("FnDailyRole");
    assertThat(daily.at("/Target/DeadLetterConfig/Arn/Fn::GetAtt/0").asText()).isEqualTo("Letters");
    assertThat(resources.at("/Letters/Type").asText()).isEqualTo("AWS::SQS::Queue");
    var role = resources.at("/FnDailyRole/Properties");
    assertThat(role.path("PermissionsBoundary").asText()).endsWith("Boundary");
    assertThat(role.toString()).contains("scheduler.amazonaws.com");
    assertThat(role.path("Policies"))
        .extracting(policy -> policy.path("PolicyName").asText())
        .containsExactly("FnDailyLambdaPolicy", "FnDailySQSPolicy");
    var own = resources.at("/FnOwn/Properties");
    assertThat(own.has("Name")).isFalse();
    assertThat(own.at("/Target/RoleArn").asText()).isEqualTo("role");
    assertThat(resources.has("FnOwnRole")).isFalse();
  }

  @Test
  void whatASchedulesEventCannotBeIsRefused() {
    assertThatThrownBy(() -> apply(SCHEDULED.replace("OmitName: true", "OmitName: true, Name: n")))
        .hasMessageContaining("'OmitName' cannot be set to true when 'Name' property is provided");
    assertThatThrownBy(() -> apply(SCHEDULED.replace("Type: SQS,", "Type: SNS,")))
        .hasMessageContaining("DeadLetterConfig");
    assertThatThrownBy(
            () -> apply(SCHEDULED.replace("ScheduleExpression: rate(1 day)", "State: X")))
        .hasMessageContaining("Missing required property 'ScheduleExpression'");
  }
}
