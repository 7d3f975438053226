package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.InsufficientCapabilitiesException;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Stacks of the real resource types of other services.
class WholeCloudTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private Stack settled(String name) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(describe -> describe.stackName(name)).stacks().getFirst();
  }

  private void assertComplete(Stack stack, String status) {
    assertThat(stack.stackStatusAsString())
        .as(
            "%s",
            cfn.describeStackEvents(describe -> describe.stackName(stack.stackId())).stackEvents())
        .isEqualTo(status);
  }

  @Test
  void snippetsAreIncludedFromS3() {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(b -> b.bucket("snippets"));
    s3.putObject(
        p -> p.bucket("snippets").key("queue.yaml"),
        RequestBody.fromString("VisibilityTimeout: 44\nDelaySeconds: 9\n"));
    var template =
        """
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              DelaySeconds: 3
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://snippets/queue.yaml}}
        Outputs:
          Url: {Value: !Ref Queue}
        """;
    cfn.createStack(create ->
        create
            .stackName("s")
            .templateBody(template)
            .capabilities(Capability.CAPABILITY_AUTO_EXPAND));
    var stack = settled("s");
    assertComplete(stack, "CREATE_COMPLETE");
    var url = stack.outputs().getFirst().outputValue();
    assertThat(
            cloud
                .client(SqsClient.class)
                .getQueueAttributes(q ->
                    q.queueUrl(url).attributeNamesWithStrings("VisibilityTimeout", "DelaySeconds"))
                .attributesAsStrings())
        .containsEntry("VisibilityTimeout", "44")
        .containsEntry("DelaySeconds", "3");
  }

  @Test
  void policiesAndMembershipsHangOnWhatIsThere() {
    var template =
        """
        Resources:
          Group: {Type: AWS::IAM::Group, Properties: {GroupName: g}}
          User: {Type: AWS::IAM::User, Properties: {UserName: u}}
          Member: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: !Ref Group, Users: [!Ref User]}}
          Inline:
            Type: AWS::IAM::UserPolicy
            Properties:
              UserName: !Ref User
              PolicyName: p
              PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}
          Provider: {Type: AWS::IAM::OIDCProvider, Properties: {Url: 'https://id.example.com', ClientIdList: [a]}}
          Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
          QueuePolicy:
            Type: AWS::SQS::QueueInlinePolicy
            Properties:
              Queue: !Ref Queue
              PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*'}]}
          LogPolicy:
            Type: AWS::Logs::ResourcePolicy
            Properties: {PolicyName: lp, PolicyDocument: '{"Version":"2012-10-17","Statement":[]}'}
          Query: {Type: AWS::Logs::QueryDefinition, Properties: {Name: n, QueryString: fields @message}}
        Outputs:
          Provider: {Value: !GetAtt Provider.Arn}
        """;
    cfn.createStack(create ->
        create.stackName("s").templateBody(template).capabilities(Capability.CAPABILITY_NAMED_IAM));
    assertComplete(settled("s"), "CREATE_COMPLETE");
    var iam = cloud.client(IamClient.class);
    assertThat(iam.getGroup(g -> g.groupName("g")).users()).hasSize(1);
    assertThat(iam.listUserPolicies(l -> l.userName("u")).policyNames()).containsExactly("p");
    var url = cloud.client(SqsClient.class).getQueueUrl(q -> q.queueName("q")).queueUrl();
    assertThat(
            cloud
                .client(SqsClient.class)
                .getQueueAttributes(q -> q.queueUrl(url).attributeNamesWithStrings("Policy"))
                .attributesAsStrings()
                .get("Policy"))
        .contains("sqs:SendMessage");
    cfn.deleteStack(delete -> delete.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(iam.listUsers().users()).isEmpty();
    assertThat(iam.listOpenIDConnectProviders().openIDConnectProviderList()).isEmpty();
  }

  @Test
  void whatChangedBehindTheBackIsFound() {
    var template =
        """
        Resources:
          Kept: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 40}}
          Changed: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 40, DelaySeconds: "5"}}
          Removed: {Type: AWS::SNS::Topic, Properties: {TopicName: gone}}
        """;
    cfn.createStack(create -> create.stackName("s").templateBody(template));
    assertComplete(settled("s"), "CREATE_COMPLETE");
    var sqs = cloud.client(SqsClient.class);
    var changed =
        cfn.describeStackResource(r -> r.stackName("s").logicalResourceId("Changed"))
            .stackResourceDetail()
            .physicalResourceId();
    sqs.setQueueAttributes(
        r -> r.queueUrl(changed).attributesWithStrings(Map.of("VisibilityTimeout", "50")));
    cloud
        .client(SnsClient.class)
        .deleteTopic(d -> d.topicArn("arn:aws:sns:us-east-1:000000000000:gone"));
    var id = cfn.detectStackDrift(d -> d.stackName("s")).stackDriftDetectionId();
    var status = cfn.describeStackDriftDetectionStatus(d -> d.stackDriftDetectionId(id));
    assertThat(status.stackDriftStatusAsString()).isEqualTo("DRIFTED");
    assertThat(status.driftedStackResourceCount()).isEqualTo(2);
    var drifts = cfn.describeStackResourceDrifts(d -> d.stackName("s")).stackResourceDrifts();
    assertThat(drifts)
        .extracting(d -> d.logicalResourceId() + " " + d.stackResourceDriftStatusAsString())
        .containsExactly("Changed MODIFIED", "Kept IN_SYNC", "Removed DELETED");
    assertThat(drifts.getFirst().actualProperties())
        .isEqualTo("{\"VisibilityTimeout\":50,\"DelaySeconds\":\"5\"}");
    assertThat(drifts.getFirst().propertyDifferences())
        .singleElement()
        .satisfies(difference -> {
          assertThat(difference.propertyPath()).isEqualTo("/VisibilityTimeout");
          assertThat(difference.expectedValue()).isEqualTo("40");
          assertThat(difference.actualValue()).isEqualTo("50");
        });
    assertThat(settled("s").driftInformation().stackDriftStatusAsString()).isEqualTo("DRIFTED");
  }

  @Test
  void identitiesAreMadeChangedAndRemoved() {
    var template =
        """
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: 2012-10-17
                Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
              ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess']
          Policy:
            Type: AWS::IAM::Policy
            Properties:
              PolicyName: read
              Roles: [!Ref Role]
              PolicyDocument:
                Version: 2012-10-17
                Statement: [{Effect: Allow, Action: 's3:Get*', Resource: '*'}]
          Profile:
            Type: AWS::IAM::InstanceProfile
            Properties: {Roles: [!Ref Role]}
        Outputs: {Role: {Value: !Ref Role}}
        """;
    assertThatThrownBy(
            () -> cfn.createStack(create -> create.stackName("s").templateBody(template)))
        .isInstanceOf(InsufficientCapabilitiesException.class)
        .hasMessageContaining("Requires capabilities : [CAPABILITY_IAM]");
    cfn.createStack(create ->
        create.stackName("s").templateBody(template).capabilities(Capability.CAPABILITY_IAM));
    var stack = settled("s");
    assertComplete(stack, "CREATE_COMPLETE");
    var iam = cloud.client(IamClient.class);
    var role = stack.outputs().getFirst().outputValue();
    assertThat(iam.listRolePolicies(list -> list.roleName(role)).policyNames())
        .containsExactly("read");
    cfn.updateStack(update ->
        update
            .stackName("s")
            .templateBody(template.replace("AmazonSQSFullAccess", "AmazonSNSFullAccess"))
            .capabilities(Capability.CAPABILITY_IAM));
    assertComplete(settled("s"), "UPDATE_COMPLETE");
    assertThat(
            iam.listAttachedRolePolicies(list -> list.roleName(role))
                .attachedPolicies()
                .getFirst()
                .policyName())
        .isEqualTo("AmazonSNSFullAccess");
    cfn.deleteStack(delete -> delete.stackName("s"));
    assertComplete(settled(stack.stackId()), "DELETE_COMPLETE");
    assertThat(iam.listRoles().roles()).isEmpty();
  }

  @Test
  void aNestedStackIsFetchedFromS3AndGivesItsOutputs() {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(create -> create.bucket("templates"));
    s3.putObject(
        put -> put.bucket("templates").key("child.yaml"),
        RequestBody.fromString(
            """
            Parameters: {Name: {Type: String}}
            Resources:
              Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
            Outputs: {Arn: {Value: !GetAtt Queue.Arn}}
            """));
    cfn.createStack(create ->
        create
            .stackName("parent")
            .templateBody(
                """
                Resources:
                  Child:
                    Type: AWS::CloudFormation::Stack
                    Properties:
                      TemplateURL: https://templates.s3.amazonaws.com/child.yaml
                      Parameters: {Name: nested}
                Outputs: {Arn: {Value: !GetAtt Child.Outputs.Arn}}
                """));
    var parent = settled("parent");
    assertComplete(parent, "CREATE_COMPLETE");
    assertThat(parent.outputs().getFirst().outputValue())
        .isEqualTo("arn:aws:sqs:us-east-1:000000000000:nested");
    var child =
        cfn.describeStacks().stacks().stream()
            .filter(stack -> stack.parentId() != null)
            .findFirst()
            .orElseThrow();
    assertThat(child.parentId()).isEqualTo(parent.stackId());
    cfn.deleteStack(delete -> delete.stackName("parent"));
    assertComplete(settled(parent.stackId()), "DELETE_COMPLETE");
    assertThat(cloud.client(SqsClient.class).listQueues().queueUrls()).isEmpty();
  }

  @Test
  void aCustomResourceIsAskedAndItsAnswerAwaited() {
    var sns = cloud.client(SnsClient.class);
    var sqs = cloud.client(SqsClient.class);
    var topic = sns.createTopic(create -> create.name("custom")).topicArn();
    var queue = sqs.createQueue(create -> create.queueName("asked")).queueUrl();
    sns.subscribe(subscribe ->
        subscribe
            .topicArn(topic)
            .protocol("sqs")
            .attributes(Map.of("RawMessageDelivery", "true"))
            .endpoint("arn:aws:sqs:us-east-1:000000000000:asked"));
    cfn.createStack(create ->
        create
            .stackName("s")
            .templateBody(
                """
                Resources:
                  Mine:
                    Type: Custom::Mine
                    Properties: {ServiceToken: 'TOPIC', Size: 3}
                Outputs: {Colour: {Value: !GetAtt Mine.Colour}}
                """
                    .replace("TOPIC", topic)));
    assertThat(settled("s").stackStatusAsString()).isEqualTo("CREATE_IN_PROGRESS");
    var asked =
        Json.parse(
            sqs.receiveMessage(receive -> receive.queueUrl(queue)).messages().getFirst().body());
    assertThat(asked.path("ResourceType").asText()).isEqualTo("Custom::Mine");
    assertThat(asked.path("ResourceProperties").path("Size").isTextual()).isTrue();
    var url = asked.path("ResponseURL").asText();
    assertThat(url).startsWith(cloud.endpoint() + CustomResourceResponses.PATH);
    var responses = new CustomResourceResponses(cloud);
    assertThat(
            responses.put(
                url.substring(url.lastIndexOf('/') + 1),
                "{\"Status\":\"SUCCESS\",\"PhysicalResourceId\":\"p\",\"Data\":{\"Colour\":\"red\"}}"))
        .isTrue();
    var stack = settled("s");
    assertComplete(stack, "CREATE_COMPLETE");
    assertThat(stack.outputs().getFirst().outputValue()).isEqualTo("red");
    assertThat(responses.put("guessed", "{}")).isFalse();
  }

  @Test
  void aServerlessFunctionIsDeployedWithWhatInvokesIt() {
    var template =
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Queue: {Type: AWS::SQS::Queue}
          Topic: {Type: AWS::SNS::Topic}
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: index.handler
              InlineCode: |
                def handler(event, context):
                    return event
              AutoPublishAlias: live
              FunctionUrlConfig: {AuthType: NONE}
              Policies:
                - SQSSendMessagePolicy: {QueueName: !GetAtt Queue.QueueName}
              Events:
                Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 5}}
                T: {Type: SNS, Properties: {Topic: !Ref Topic}}
        Outputs:
          Alias: {Value: !Ref Fn.Alias}
        """;
    var made =
        cfn.createChangeSet(change ->
            change
                .stackName("s")
                .changeSetName("c")
                .changeSetType(ChangeSetType.CREATE)
                .templateBody(template)
                .capabilities(Capability.CAPABILITY_IAM));
    cfn.executeChangeSet(execute -> execute.changeSetName(made.id()));
    var stack = settled("s");
    assertComplete(stack, "CREATE_COMPLETE");
    assertThat(stack.outputs().getFirst().outputValue()).endsWith(":live");
    cfn.deleteStack(delete -> delete.stackName("s"));
    assertComplete(settled(stack.stackId()), "DELETE_COMPLETE");
  }
}
