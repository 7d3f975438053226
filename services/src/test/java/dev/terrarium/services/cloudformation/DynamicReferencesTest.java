package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/// Keys, parameters and secrets in templates.
final class DynamicReferencesTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-02T03:04:05Z"))).build();
  private final CloudFormationClient stacks = cloud.client(CloudFormationClient.class);
  private final SsmClient ssm = cloud.client(SsmClient.class);
  private final SecretsManagerClient secrets = cloud.client(SecretsManagerClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private Stack stack(String template, Parameter... parameters) {
    stacks.createStack(r -> r.stackName("s").templateBody(template).parameters(parameters));
    cloud.timers().advance(Duration.ZERO);
    return stacks.describeStacks(r -> r.stackName("s")).stacks().getFirst();
  }

  private static Map<String, String> outputs(Stack stack) {
    return stack.outputs().stream()
        .collect(Collectors.toMap(Output::outputKey, Output::outputValue));
  }

  private String value(String name) {
    return ssm.getParameter(r -> r.name(name)).parameter().value();
  }

  private String events() {
    return stacks.describeStackEvents(r -> r.stackName("s")).stackEvents().toString();
  }

  @Test
  void referencesAreResolvedForTheResourceAndShownToNobody() {
    ssm.putParameter(r -> r.name("/plain").value("one").type("String"));
    ssm.putParameter(r -> r.name("/plain").value("two").type("String").overwrite(true));
    secrets.createSecret(r -> r.name("db").secretString("{\"user\":\"admin\",\"port\":5432}"));
    var stack =
        stack(
            """
            Resources:
              First:
                Type: AWS::SSM::Parameter
                Properties:
                  Name: /first
                  Type: String
                  Value: 'x-{{resolve:ssm:/plain}}-{{resolve:ssm:/plain:1}}'
              Second:
                Type: AWS::SSM::Parameter
                Properties:
                  Name: /second
                  Type: String
                  Value: !Sub '{{resolve:secretsmanager:${Id}:SecretString:user}}:{{resolve:secretsmanager:db:SecretString:port:AWSCURRENT}}'
            Parameters:
              Id: {Type: String, Default: db}
            """);
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(value("/first")).isEqualTo("x-two-one");
    assertThat(value("/second")).isEqualTo("admin:5432");
    assertThat(events()).doesNotContain("admin").contains("{{resolve:secretsmanager:db:");
    ssm.deleteParameter(r -> r.name("/plain"));
    stacks.deleteStack(r -> r.stackName("s"));
    cloud.timers().advance(Duration.ZERO);
    assertThat(ssm.describeParameters(r -> {}).parameters()).isEmpty();
  }

  @Test
  void whatIsNotThereFailsTheResource() {
    secrets.createSecret(r -> r.name("db").secretString("{\"user\":\"admin\"}"));
    var stack =
        stack(
            """
            Resources:
              P:
                Type: AWS::SSM::Parameter
                Properties:
                  Type: String
                  Value: '{{resolve:secretsmanager:db:SecretString:none}}'
            """);
    assertThat(stack.stackStatusAsString()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(events()).contains("Could not find a value associated with JSONKey in SecretString");
  }

  @Test
  void aSecureReferenceIsRefusedWhereAwsRefusesIt() {
    var error =
        catchThrowableOfType(
            AwsServiceException.class,
            () ->
                stack(
                    """
                    Resources:
                      Q:
                        Type: AWS::SQS::Queue
                        Properties:
                          QueueName: '{{resolve:ssm-secure:/x:1}}'
                    """));
    assertThat(Errors.message(error))
        .isEqualTo(
            "SSM Secure reference is not supported in: [AWS::SQS::Queue/Properties/QueueName]");
  }

  @Test
  void parametersOfATemplateAreLookedUp() {
    ssm.putParameter(r -> r.name("/list").value("a,b").type("StringList"));
    ssm.putParameter(r -> r.name("/text").value("hello").type("String"));
    var template =
        """
        Parameters:
          Text: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /text}
          Many: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /list}
          Name: {Type: 'AWS::SSM::Parameter::Name', Default: /text}
        Rules:
          R: {Assertions: [{Assert: {'Fn::Not': [{'Fn::Contains': [[bad], {Ref: Text}]}]}}]}
        Resources:
          P:
            Type: AWS::SSM::Parameter
            Properties: {Type: String, Value: !Join ['+', !Ref Many]}
        Outputs:
          Text: {Value: !Ref Text}
          Name: {Value: !Ref Name}
          Many: {Value: !GetAtt P.Value}
        """;
    var stack = stack(template);
    assertThat(outputs(stack))
        .containsEntry("Text", "hello")
        .containsEntry("Name", "/text")
        .containsEntry("Many", "a+b");
    assertThat(stack.parameters())
        .contains(
            Parameter.builder()
                .parameterKey("Text")
                .parameterValue("/text")
                .resolvedValue("hello")
                .build());
    ssm.putParameter(r -> r.name("/text").value("bye").type("String").overwrite(true));
    stacks.updateStack(r -> r.stackName("s").usePreviousTemplate(true));
    cloud.timers().advance(Duration.ZERO);
    assertThat(outputs(stacks.describeStacks(r -> r.stackName("s")).stacks().getFirst()))
        .containsEntry("Text", "bye");
    ssm.putParameter(r -> r.name("/bad").value("bad").type("String"));
    assertThat(refused(template, "/bad")).startsWith("Template validation error");
    assertThat(refused(template, "/none"))
        .isEqualTo("Unable to fetch parameters [/none] from parameter store for this account.");
  }

  private String refused(String template, String text) {
    var error =
        catchThrowableOfType(
            AwsServiceException.class,
            () ->
                stacks.createStack(r ->
                    r.stackName("t")
                        .templateBody(template)
                        .parameters(
                            Parameter.builder()
                                .parameterKey("Text")
                                .parameterValue(text)
                                .build())));
    return Errors.message(error);
  }

  @Test
  void keysAndSecretsAreMadeByTemplates() {
    var stack =
        stack(
            """
            Resources:
              Key:
                Type: AWS::KMS::Key
                Properties: {Description: d, EnableKeyRotation: true, PendingWindowInDays: 7}
              Alias:
                Type: AWS::KMS::Alias
                Properties: {AliasName: alias/a, TargetKeyId: !Ref Key}
              Secret:
                Type: AWS::SecretsManager::Secret
                Properties:
                  Name: made
                  KmsKeyId: !GetAtt Key.Arn
                  GenerateSecretString:
                    SecretStringTemplate: '{"user":"u"}'
                    GenerateStringKey: password
                    PasswordLength: 20
                    ExcludePunctuation: true
              Policy:
                Type: AWS::SecretsManager::ResourcePolicy
                Properties:
                  SecretId: !Ref Secret
                  ResourcePolicy:
                    Version: '2012-10-17'
                    Statement:
                      - {Effect: Deny, Principal: '*', Action: 'secretsmanager:DeleteSecret', Resource: '*'}
            Outputs:
              Arn: {Value: !Ref Secret}
              Key: {Value: !Ref Key}
            """);
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    var made = secrets.getSecretValue(r -> r.secretId(outputs(stack).get("Arn")));
    assertThat(made.secretString()).matches("\\{\"user\":\"u\",\"password\":\"[A-Za-z0-9]{20}\"}");
    var kms = cloud.client(KmsClient.class);
    assertThat(
            kms.getKeyRotationStatus(r -> r.keyId(outputs(stack).get("Key"))).keyRotationEnabled())
        .isTrue();
    stacks.deleteStack(r -> r.stackName("s"));
    cloud.timers().advance(Duration.ofDays(7));
    assertThat(kms.listKeys().keys())
        .allMatch(key -> !key.keyId().equals(outputs(stack).get("Key")));
    assertThat(secrets.listSecrets().secretList()).isEmpty();
  }
}
