package dev.terrarium.services.cloudformation.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Connectors, nested applications and destinations, as SAM makes them.
class SamConnectorsTest {
  private static final String RESOURCES =
      """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Table: {Type: AWS::Serverless::SimpleTable}
        Queue: {Type: AWS::SQS::Queue}
        Topic: {Type: AWS::SNS::Topic}
        Fn:
          Type: AWS::Serverless::Function
          Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://b/k.zip}
      """;

  private static ObjectNode apply(String more) {
    var result = SamTransform.apply(TemplateReader.read(RESOURCES + more.indent(2)), Map.of());
    result.remove("Transform");
    Template.check(result);
    return result;
  }

  private static JsonNode properties(ObjectNode root, String id) {
    return root.at("/Resources/" + id + "/Properties");
  }

  @Test
  void aFunctionMayUseATableByItsRole() {
    var root =
        apply(
            """
            Connector:
              Type: AWS::Serverless::Connector
              Properties:
                Source: {Id: Fn}
                Destination: {Id: Table}
                Permissions: [Write, Read]
            """);
    var policy = properties(root, "ConnectorPolicy");
    assertThat(policy.path("Roles").toString()).isEqualTo("[{\"Ref\":\"FnRole\"}]");
    var statements = policy.at("/PolicyDocument/Statement");
    assertThat(statements).hasSize(2);
    assertThat(statements.at("/0/Action").toString()).contains("dynamodb:GetItem");
    assertThat(statements.at("/1/Action").toString()).contains("dynamodb:PutItem");
    assertThat(statements.at("/1/Resource").toString())
        .isEqualTo(
            "[{\"Fn::GetAtt\":[\"Table\",\"Arn\"]},"
                + "{\"Fn::Sub\":[\"${Arn}/index/*\",{\"Arn\":{\"Fn::GetAtt\":[\"Table\",\"Arn\"]}}]}]");
    assertThat(root.at("/Resources/Connector").isMissingNode()).isTrue();
  }

  @Test
  void aResourceNamesItsOwnConnectors() {
    var root =
        apply(
            """
            News:
              Type: AWS::SNS::Topic
              Connectors:
                Both:
                  Properties:
                    Destination: [{Id: Queue}, {Id: Fn}]
                    Permissions: [Write]
            """);
    assertThat(root.at("/Resources/News/Connectors").isMissingNode()).isTrue();
    assertThat(properties(root, "NewsBothDestination0QueuePolicy").toString())
        .contains("sqs:SendMessage", "{\"aws:SourceArn\":{\"Ref\":\"News\"}}");
    assertThat(properties(root, "NewsBothDestination1WriteLambdaPermission").toString())
        .contains("sns.amazonaws.com", "\"SourceArn\":{\"Ref\":\"News\"}");
  }

  @Test
  void whatSamDoesNotConnectIsNamed() {
    assertThatThrownBy(() ->
            apply(
                """
                C:
                  Type: AWS::Serverless::Connector
                  Properties: {Source: {Id: Table}, Destination: {Id: Queue}, Permissions: [Read]}
                """))
        .hasMessageContaining(
            "Unable to create connector from AWS::DynamoDB::Table to AWS::SQS::Queue");
    assertThatThrownBy(() ->
            apply(
                """
                C:
                  Type: AWS::Serverless::Connector
                  Properties: {Source: {Id: Fn}, Destination: {Id: Topic}, Permissions: [Read]}
                """))
        .hasMessageContaining(
            "Unsupported 'Permissions' provided for connector from AWS::Lambda::Function to"
                + " AWS::SNS::Topic; valid values are: Write.");
    assertThatThrownBy(() ->
            apply(
                """
                C:
                  Type: AWS::Serverless::Connector
                  Properties: {Source: {Id: Fn}, Destination: {Id: Gone}, Permissions: [Read]}
                """))
        .hasMessageContaining("Unable to find resource with logical ID 'Gone'.");
  }

  @Test
  void anApplicationIsANestedStack() {
    var root =
        apply(
            """
            App:
              Type: AWS::Serverless::Application
              Properties:
                Location: https://s3.amazonaws.com/bucket/app.yaml
                Parameters: {Stage: test}
                Tags: {team: a}
            """);
    assertThat(root.at("/Resources/App/Type").asText()).isEqualTo("AWS::CloudFormation::Stack");
    assertThat(properties(root, "App").path("TemplateURL").asText())
        .isEqualTo("https://s3.amazonaws.com/bucket/app.yaml");
    assertThat(properties(root, "App").path("Tags").toString())
        .isEqualTo(
            "[{\"Key\":\"lambda:createdBy\",\"Value\":\"SAM\"},{\"Key\":\"team\",\"Value\":\"a\"}]");
    assertThatThrownBy(() ->
            apply(
                """
                App:
                  Type: AWS::Serverless::Application
                  Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}}
                """))
        .hasMessageContaining("Serverless Application Repository");
  }

  @Test
  void destinationsAreMadeAndAllowed() {
    var root =
        apply(
            """
            Async:
              Type: AWS::Serverless::Function
              Properties:
                Runtime: python3.13
                Handler: app.handler
                CodeUri: s3://b/k.zip
                Tags: {team: a}
                PropagateTags: true
                EventInvokeConfig:
                  DestinationConfig:
                    OnSuccess: {Type: SNS, Destination: !Ref Topic}
                    OnFailure: {Type: SQS}
            """);
    var config = properties(root, "AsyncEventInvokeConfig");
    assertThat(config.at("/DestinationConfig/OnFailure/Destination").toString())
        .isEqualTo("{\"Fn::GetAtt\":[\"AsyncEventInvokeConfigOnFailureQueue\",\"Arn\"]}");
    assertThat(root.at("/Resources/AsyncEventInvokeConfigOnFailureQueue/Type").asText())
        .isEqualTo("AWS::SQS::Queue");
    assertThat(properties(root, "AsyncRole").path("Policies").toString())
        .contains("AsyncEventInvokeConfigOnSuccessSNSPolicy", "sns:publish")
        .contains("AsyncEventInvokeConfigOnFailureSQSPolicy", "sqs:SendMessage");
    assertThat(properties(root, "AsyncRole").path("Tags").toString()).contains("team");
    assertThatThrownBy(() ->
            apply(
                """
                Async:
                  Type: AWS::Serverless::Function
                  Properties:
                    Runtime: python3.13
                    Handler: app.handler
                    CodeUri: s3://b/k.zip
                    EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}
                """))
        .hasMessageContaining("Destination is required if Type is not one of [SQS, SNS]");
  }
}
