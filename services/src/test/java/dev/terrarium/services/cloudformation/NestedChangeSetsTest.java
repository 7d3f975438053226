package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecutionStatus;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.s3.S3Client;

/// Change sets of stacks with stacks in them, as the CDK makes them.
class NestedChangeSetsTest {
  private static final String INNER =
      """
      Parameters: {Label: {Type: String}}
      Resources:
        Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: %s, Tags: [{Key: l, Value: !Ref Label}]}}
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @BeforeEach
  void templates() {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(b -> b.bucket("templates"));
    s3.putObject(
        p -> p.bucket("templates").key("one.yaml"), RequestBody.fromString(INNER.formatted(1)));
    s3.putObject(
        p -> p.bucket("templates").key("two.yaml"), RequestBody.fromString(INNER.formatted(2)));
    s3.putObject(
        p -> p.bucket("templates").key("bad.yaml"), RequestBody.fromString("Resources: 1"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private DescribeChangeSetResponse changeSet(String name, String inner, ChangeSetType type) {
    var template =
        """
        Resources:
          Topic: {Type: AWS::SNS::Topic}
          Inner:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: https://s3.amazonaws.com/templates/%s.yaml
              Parameters: {Label: !GetAtt Topic.TopicName}
          Meta: {Type: AWS::CDK::Metadata, Properties: {Analytics: 'v2:deflate64:H4'}}
        """
            .formatted(inner);
    var id =
        cfn.createChangeSet(c ->
                c.stackName("outer")
                    .changeSetName(name)
                    .changeSetType(type)
                    .includeNestedStacks(true)
                    .templateBody(template))
            .id();
    return cfn.describeChangeSet(d -> d.changeSetName(id));
  }

  private static ResourceChange inner(DescribeChangeSetResponse set) {
    return set.changes().stream()
        .map(Change::resourceChange)
        .filter(change -> change.logicalResourceId().equals("Inner"))
        .findFirst()
        .orElseThrow();
  }

  private Stack settled(String name) {
    cloud.timers().advance(Duration.ofMillis(1));
    return cfn.describeStacks(d -> d.stackName(name)).stacks().getFirst();
  }

  @Test
  void aNestedStackHasAChangeSetOfItsOwnAndIsMadeWithTheOuter() {
    var outer = changeSet("first", "one", ChangeSetType.CREATE);
    var nested = cfn.describeChangeSet(d -> d.changeSetName(inner(outer).changeSetId()));
    assertThat(nested.parentChangeSetId()).isEqualTo(outer.changeSetId());
    assertThat(nested.rootChangeSetId()).isEqualTo(outer.changeSetId());
    assertThat(nested.changeSetName()).startsWith("first-Inner-");
    assertThat(nested.changes())
        .singleElement()
        .satisfies(c -> assertThat(c.resourceChange().logicalResourceId()).isEqualTo("Queue"));
    var review = cfn.describeStacks(d -> d.stackName(nested.stackId())).stacks().getFirst();
    assertThat(review.stackStatusAsString()).isEqualTo("REVIEW_IN_PROGRESS");
    assertThat(review.parentId()).isEqualTo(outer.stackId());
    assertThat(cfn.getTemplate(t -> t.stackName("outer")).templateBody()).isEmpty();
    assertThat(
            cfn.getTemplate(t -> t.stackName("outer").changeSetName(outer.changeSetId()))
                .templateBody())
        .contains("AWS::CDK::Metadata");
    assertThatThrownBy(() -> cfn.executeChangeSet(e -> e.changeSetName(nested.changeSetId())))
        .hasMessageContaining("cannot be executed by itself");
    cfn.executeChangeSet(e -> e.changeSetName(outer.changeSetId()));
    assertThat(settled("outer").stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(settled(nested.stackId()).stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(cfn.describeChangeSet(d -> d.changeSetName(nested.changeSetId())).executionStatus())
        .isEqualTo(ExecutionStatus.EXECUTE_COMPLETE);

    var second = changeSet("second", "two", ChangeSetType.UPDATE);
    var change = cfn.describeChangeSet(d -> d.changeSetName(inner(second).changeSetId()));
    assertThat(change.stackId()).isEqualTo(nested.stackId());
    assertThat(change.changes().getFirst().resourceChange().actionAsString()).isEqualTo("Modify");
    cfn.executeChangeSet(e -> e.changeSetName(second.changeSetId()));
    assertThat(settled("outer").stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
  }

  @Test
  void deletingTheChangeSetRemovesTheNestedStackThatWasToBe() {
    var outer = changeSet("first", "one", ChangeSetType.CREATE);
    cfn.deleteChangeSet(d -> d.changeSetName(outer.changeSetId()));
    assertThat(settled(inner(outer).physicalResourceId()).stackStatusAsString())
        .isEqualTo("DELETE_COMPLETE");
    assertThat(cfn.describeStacks(d -> {}).stacks()).hasSize(1);
  }

  @Test
  void aFaultInANestedTemplateFailsTheWhole() {
    var outer = changeSet("first", "bad", ChangeSetType.CREATE);
    assertThat(outer.statusAsString()).isEqualTo("FAILED");
    assertThat(outer.statusReason())
        .startsWith("Nested change set arn:aws:cloudformation:us-east-1:000000000000:changeSet/")
        .endsWith(" was not successfully created: Currently in FAILED.");
  }

  @Test
  void whatIsThereUnderTheSameNameIsImported() {
    var template =
        "Resources: {Box: {Type: AWS::S3::Bucket, DeletionPolicy: %s, Properties: {BucketName: %s}}}";
    var refused = existing("r", template.formatted("Delete", "templates"));
    assertThat(refused.statusAsString()).isEqualTo("FAILED");
    assertThat(refused.statusReason())
        .contains("set to 'Retain' or 'RetainExceptOnCreate'")
        .endsWith("The affected resources are Box ({BucketName=templates})");
    var set = existing("s", template.formatted("Retain", "templates"));
    assertThat(set.changes().getFirst().resourceChange().actionAsString()).isEqualTo("Import");
    cfn.executeChangeSet(e -> e.changeSetName(set.changeSetId()));
    assertThat(settled("s").stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    var other = existing("t", template.formatted("Delete", "another"));
    assertThat(other.changes().getFirst().resourceChange().actionAsString()).isEqualTo("Add");
  }

  private DescribeChangeSetResponse existing(String stack, String template) {
    var made =
        cfn.createChangeSet(c ->
            c.stackName(stack)
                .changeSetName("c")
                .changeSetType(ChangeSetType.CREATE)
                .importExistingResources(true)
                .templateBody(template));
    return cfn.describeChangeSet(d -> d.changeSetName(made.id()));
  }
}
