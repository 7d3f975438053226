package dev.terrarium.bench;

import dev.terrarium.testing.TestCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetStatus;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What a JUnit test pays for its cloud: a start, a fork, a stack.
final class InTests implements Bench {
  private static final int ROUNDS = 50;
  private static final int STACKS = 5;

  @Override
  public String name() {
    return "testing";
  }

  @Override
  public String about() {
    return "a cloud in a test: start, fork, stacks of 50 and 450 resources, templates";
  }

  @Override
  public void run(Output out) throws IOException {
    out.section("In a test");
    out.head("what", "first", "median", "worst of the others");
    measure("an empty cloud, started, used and closed", ROUNDS, () -> nanos(InTests::whole), out);
    try (var base = TestCloud.start()) {
      stack(base, "base", 50);
      measure(
          "a fork of a cloud with 50 resources, used by one call and closed",
          ROUNDS,
          () ->
              nanos(() -> {
                try (var fork = base.fork()) {
                  fork.client(SqsClient.class).listQueues();
                }
              }),
          out);
    }
    for (var resources : new int[] {50, 450}) {
      try (var cloud = TestCloud.start()) {
        var rounds = resources == 50 ? STACKS : 2;
        measure(
            "a stack of " + resources + " resources created",
            rounds,
            () -> {
              var took = stack(cloud, "s", resources);
              delete(cloud, "s");
              return took;
            },
            out);
        measure(
            "a stack of " + resources + " resources deleted",
            rounds,
            () -> {
              stack(cloud, "s", resources);
              return delete(cloud, "s");
            },
            out);
      }
    }
    templates(out);
    out.text(
        "Equal parts of queues, topics, buckets, tables and functions; by change set and by polling,"
            + " as `aws cloudformation deploy` does.");
  }

  private static void templates(Output out) throws IOException {
    try (var cloud = TestCloud.start()) {
      var client = cloud.client(CloudFormationClient.class);
      var plain = template(450);
      var sam = serverless(100);
      measure(
          "a template of 450 resources (%d KB) parsed and validated"
              .formatted(plain.length() / 1024),
          ROUNDS,
          () -> nanos(() -> client.validateTemplate(v -> v.templateBody(plain))),
          out);
      measure(
          "a SAM template of 100 functions with events and policies (%d KB) transformed into a change set"
              .formatted(sam.length() / 1024),
          ROUNDS,
          () -> {
            var took =
                nanos(() -> {
                  client.createChangeSet(c ->
                      c.stackName("sam")
                          .changeSetName("changes")
                          .changeSetType(ChangeSetType.CREATE)
                          .templateBody(sam)
                          .capabilities(
                              Capability.CAPABILITY_IAM, Capability.CAPABILITY_AUTO_EXPAND));
                  cloud.clock().settle();
                });
            var set = client.describeChangeSet(d -> d.stackName("sam").changeSetName("changes"));
            if (set.status() != ChangeSetStatus.CREATE_COMPLETE) {
              throw new IllegalStateException(set.statusReason());
            }
            client.deleteStack(d -> d.stackName("sam"));
            cloud.clock().settle();
            return took;
          },
          out);
    }
  }

  private static String serverless(int functions) {
    var text = new StringBuilder("Transform: AWS::Serverless-2016-10-31\nResources:\n");
    for (int i = 0; i < functions; i++) {
      text.append(
          """
            Queue%1$d: {Type: AWS::SQS::Queue}
            Function%1$d:
              Type: AWS::Serverless::Function
              Properties:
                Runtime: nodejs22.x
                Handler: index.handler
                InlineCode: "exports.handler = async () => 1"
                Policies: [{SQSPollerPolicy: {QueueName: !GetAtt Queue%1$d.QueueName}}]
                Events: {Messages: {Type: SQS, Properties: {Queue: !GetAtt Queue%1$d.Arn}}}
          """
              .formatted(i));
    }
    return text.toString();
  }

  private static void whole() {
    try (var cloud = TestCloud.start()) {
      cloud.client(SqsClient.class).createQueue(q -> q.queueName("q"));
    }
  }

  private static double stack(TestCloud cloud, String name, int resources) {
    try {
      var template = Files.createTempFile("stack", ".yaml");
      Files.writeString(template, template(resources));
      var took = nanos(() -> cloud.deploy(template, name, Map.of()));
      Files.delete(template);
      return took;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static double delete(TestCloud cloud, String name) {
    var cloudFormation = cloud.client(CloudFormationClient.class);
    return nanos(() -> {
      cloudFormation.deleteStack(d -> d.stackName(name));
      cloud.clock().settle();
      if (!cloudFormation
          .listStacks(l -> l.stackStatusFiltersWithStrings("DELETE_IN_PROGRESS", "DELETE_FAILED"))
          .stackSummaries()
          .isEmpty()) {
        throw new IllegalStateException("The stack is not deleted");
      }
    });
  }

  private static String template(int resources) {
    var text = new StringBuilder("Resources:\n");
    text.append(
        """
          Role:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
        """);
    for (int i = 0; i < resources / 5; i++) {
      text.append(
          """
            Queue%1$d: {Type: AWS::SQS::Queue}
            Topic%1$d: {Type: AWS::SNS::Topic}
            Bucket%1$d: {Type: AWS::S3::Bucket}
            Table%1$d:
              Type: AWS::DynamoDB::Table
              Properties:
                BillingMode: PAY_PER_REQUEST
                AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
                KeySchema: [{AttributeName: id, KeyType: HASH}]
            Function%1$d:
              Type: AWS::Lambda::Function
              Properties:
                Runtime: nodejs22.x
                Handler: index.handler
                Role: !GetAtt Role.Arn
                Code: {ZipFile: "exports.handler = async () => 1"}
          """
              .formatted(i));
    }
    return text.toString();
  }

  private static double nanos(Runnable work) {
    var start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static void measure(String what, int rounds, Supplier<Double> once, Output out) {
    var first = once.get();
    var others = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      others[i] = once.get();
    }
    out.row(
        what,
        Output.millis(first),
        Output.millis(Output.median(others)),
        Output.millis(java.util.Arrays.stream(others).max().orElse(0)));
  }
}
