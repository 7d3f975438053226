package dev.terrarium.services.codedeploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.Alarm;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.BundleType;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;
import software.amazon.awssdk.services.codedeploy.model.StopStatus;
import software.amazon.awssdk.services.codedeploy.model.TriggerConfig;
import software.amazon.awssdk.services.codedeploy.model.TriggerEventType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/// Deployments of Lambda functions.
@Timeout(30)
class DeploymentsTest extends DeployFixture {
  private static final String BOTH =
      "Hooks: [{BeforeAllowTraffic: before}, {AfterAllowTraffic: after}]\n";

  private static Consumer<CreateDeploymentGroupRequest.Builder> group(String config) {
    return group ->
        group
            .deploymentConfigName("CodeDeployDefault.Lambda" + config)
            .autoRollbackConfiguration(a ->
                a.enabled(true)
                    .events(
                        AutoRollbackEvent.DEPLOYMENT_FAILURE,
                        AutoRollbackEvent.DEPLOYMENT_STOP_ON_ALARM,
                        AutoRollbackEvent.DEPLOYMENT_STOP_ON_REQUEST));
  }

  private List<String> events(String id) {
    return target(id).lifecycleEvents().stream()
        .map(event -> event.lifecycleEventName() + " " + event.statusAsString())
        .toList();
  }

  @Test
  void allTrafficGoesToTheNewVersionAtOnceWithoutAnythingElse() {
    prepare(group -> {});
    var id = begin(appSpec(""));
    assertThat(alias()).isEqualTo("2");
    var info = info(id);
    assertThat(info.status()).isEqualTo(DeploymentStatus.SUCCEEDED);
    assertThat(info.deploymentConfigName()).isEqualTo("CodeDeployDefault.LambdaAllAtOnce");
    assertThat(info.creatorAsString()).isEqualTo("user");
    assertThat(info.deploymentOverview().succeeded()).isEqualTo(1);
    assertThat(id).matches("d-[A-Z0-9]{9}");
    assertThat(target(id).lambdaFunctionInfo().targetVersionWeight()).isEqualTo(100);
    assertThat(target(id).targetArn())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:f:live");
    var group =
        deploy
            .getDeploymentGroup(g -> g.applicationName("app").deploymentGroupName("group"))
            .deploymentGroupInfo();
    assertThat(group.lastSuccessfulDeployment().deploymentId()).isEqualTo(id);
    assertThat(deploy.listDeploymentTargets(l -> l.deploymentId(id)).targetIds())
        .containsExactly("f:live");
  }

  @Test
  void trafficIsShiftedLinearlyBetweenTwoHooksThatAnswer() {
    prepare(group("Linear10PercentEvery1Minute"));
    hook("before");
    hook("after");
    var id = begin(appSpec(BOTH));
    var question = asked("before");
    assertThat(question.path("DeploymentId").asText()).isEqualTo(id);
    advance(Duration.ofMinutes(30));
    assertThat(alias()).isEqualTo("1");
    assertThat(events(id))
        .containsExactly(
            "BeforeAllowTraffic InProgress", "AllowTraffic Pending", "AfterAllowTraffic Pending");
    answer(question, "Succeeded");
    assertThat(alias()).isEqualTo("1{2=0.1}");
    advance(Duration.ofMinutes(4));
    assertThat(alias()).isEqualTo("1{2=0.5}");
    assertThat(target(id).lambdaFunctionInfo().targetVersionWeight()).isEqualTo(50);
    advance(Duration.ofMinutes(5));
    assertThat(alias()).isEqualTo("2");
    assertThat(info(id).status()).isEqualTo(DeploymentStatus.IN_PROGRESS);
    answer(asked("after"), "Succeeded");
    assertThat(info(id).status()).isEqualTo(DeploymentStatus.SUCCEEDED);
    assertThat(events(id)).allMatch(event -> event.endsWith(" Succeeded"));
  }

  @Test
  void aHookThatSaysFailedIsTakenBackByAnotherDeployment() {
    prepare(group("AllAtOnce"));
    hook("before");
    hook("after");
    var id = begin(appSpec(BOTH));
    answer(asked("before"), "Succeeded");
    assertThat(alias()).isEqualTo("2");
    answer(asked("after"), "Failed");
    var info = info(id);
    assertThat(info.status()).isEqualTo(DeploymentStatus.FAILED);
    assertThat(info.errorInformation().codeAsString()).isEqualTo("HOOK_EXECUTION_FAILURE");
    assertThat(events(id))
        .containsExactly(
            "BeforeAllowTraffic Succeeded", "AllowTraffic Succeeded", "AfterAllowTraffic Failed");
    assertThat(alias()).isEqualTo("1");
    var rollback = info(info.rollbackInfo().rollbackDeploymentId());
    assertThat(rollback.status()).isEqualTo(DeploymentStatus.SUCCEEDED);
    assertThat(rollback.creatorAsString()).isEqualTo("codeDeployRollback");
    assertThat(rollback.rollbackInfo().rollbackTriggeringDeploymentId()).isEqualTo(id);
  }

  @Test
  void aHookThatNeverAnswersFailsAfterAnHour() {
    prepare(group("AllAtOnce"));
    hook("before");
    var id = begin(appSpec("Hooks: [{BeforeAllowTraffic: before}]\n"));
    advance(Duration.ofMinutes(59));
    assertThat(info(id).status()).isEqualTo(DeploymentStatus.IN_PROGRESS);
    advance(Duration.ofMinutes(1));
    assertThat(info(id).errorInformation().codeAsString()).isEqualTo("TIMEOUT");
    assertThat(alias()).isEqualTo("1");
    assertThat(events(id))
        .containsExactly(
            "BeforeAllowTraffic Failed", "AllowTraffic Skipped", "AfterAllowTraffic Skipped");
  }

  @Test
  void answersThatFitNothingAreRefused() {
    prepare(group("AllAtOnce"));
    hook("before");
    begin(appSpec("Hooks: [{BeforeAllowTraffic: before}]\n"));
    var question = asked("before");
    assertThat(error(() -> answer(question, "Skipped")))
        .startsWith("InvalidLifecycleEventHookExecutionStatusException: ");
    var other = Json.object().put("DeploymentId", question.path("DeploymentId").asText());
    assertThat(error(() -> answer(other, "Succeeded")))
        .startsWith("InvalidLifecycleEventHookExecutionIdException: ");
    answer(question, "Succeeded");
    assertThat(error(() -> answer(question, "Failed")))
        .startsWith("LifecycleEventAlreadyCompletedException: ");
    assertThat(error(() -> answer(other.put("DeploymentId", "d-ABCDEFGHI"), "Succeeded")))
        .isEqualTo(
            "DeploymentDoesNotExistException: The deployment d-ABCDEFGHI could not be found");
  }

  @Test
  void anAlarmStopsItAndTakesItBack() {
    prepare(
        group("Canary10Percent5Minutes")
            .andThen(g ->
                g.alarmConfiguration(
                    a -> a.enabled(true).alarms(Alarm.builder().name("errors").build()))));
    var cloudWatch = cloud.client(CloudWatchClient.class);
    cloudWatch.putMetricAlarm(p ->
        p.alarmName("errors")
            .namespace("n")
            .metricName("m")
            .statistic("Sum")
            .period(60)
            .evaluationPeriods(1)
            .threshold(1.0)
            .treatMissingData("ignore")
            .comparisonOperator("GreaterThanThreshold"));
    var id = begin(appSpec(""));
    assertThat(alias()).isEqualTo("1{2=0.1}");
    cloudWatch.setAlarmState(
        s -> s.alarmName("errors").stateValue(StateValue.ALARM).stateReason("it does not work"));
    advance(Duration.ofMinutes(1));
    assertThat(info(id).status()).isEqualTo(DeploymentStatus.STOPPED);
    assertThat(info(id).errorInformation().codeAsString()).isEqualTo("ALARM_ACTIVE");
    assertThat(alias()).isEqualTo("1");
  }

  @Test
  void whoeverStopsItSaysWhetherItIsTakenBack() {
    prepare(group("Canary10Percent5Minutes"));
    var first = begin(appSpec(""));
    assertThat(error(() -> begin(appSpec(""))))
        .isEqualTo(
            "DeploymentLimitExceededException: The Deployment Group 'group' already has an active Deployment '%s'"
                .formatted(first));
    assertThat(
            deploy.stopDeployment(s -> s.deploymentId(first).autoRollbackEnabled(false)).status())
        .isEqualTo(StopStatus.PENDING);
    settle();
    assertThat(info(first).status()).isEqualTo(DeploymentStatus.STOPPED);
    assertThat(alias()).isEqualTo("1{2=0.1}");
    var second = begin(appSpec(""));
    deploy.stopDeployment(s -> s.deploymentId(second));
    settle();
    assertThat(info(second).rollbackInfo().rollbackDeploymentId()).isNotNull();
    assertThat(alias()).isEqualTo("1");
    assertThat(error(() -> deploy.stopDeployment(s -> s.deploymentId(second))))
        .startsWith("DeploymentAlreadyCompletedException: ");
    assertThat(
            deploy
                .listDeployments(l ->
                    l.applicationName("app")
                        .deploymentGroupName("group")
                        .includeOnlyStatuses(DeploymentStatus.STOPPED))
                .deployments())
        .containsExactlyInAnyOrder(first, second);
  }

  @Test
  void aDeploymentGoesOnWhereItStoodWhenTheProcessIsKilled() {
    prepare(group("Linear10PercentEvery3Minutes"));
    hook("after");
    var id = begin(appSpec("Hooks: [{AfterAllowTraffic: after}]\n"));
    advance(Duration.ofMinutes(7));
    assertThat(alias()).isEqualTo("1{2=0.3}");
    try (var other =
        Cloud.builder()
            .store(store.fork())
            .clock(Clock.stoppedAt(cloud.clock().now().plusSeconds(150)))
            .build()) {
      other.resume();
      other.timers().advance(Duration.ofMillis(1));
      assertThat(alias(other)).isEqualTo("1{2=0.4}");
      other.timers().advance(Duration.ofMinutes(18));
      assertThat(alias(other)).isEqualTo("2");
      other.timers().advance(Duration.ofHours(1));
      assertThat(
              other
                  .client(CodeDeployClient.class)
                  .getDeployment(g -> g.deploymentId(id))
                  .deploymentInfo()
                  .statusAsString())
          .isEqualTo("Failed");
      assertThat(alias(other)).isEqualTo("1");
    }
  }

  @Test
  void anAliasThatIsElsewhereIsLeftAlone() {
    prepare(group("AllAtOnce"));
    var id = begin(appSpec("").replace("CurrentVersion: 1", "CurrentVersion: 2"));
    assertThat(info(id).errorInformation().codeAsString())
        .isEqualTo("INVALID_LAMBDA_CONFIGURATION");
    assertThat(info(id).errorInformation().message())
        .endsWith(
            "The Lambda function alias version does not match the current version in AppSpec file.");
    assertThat(alias()).isEqualTo("1");
    var missing = begin(appSpec("").replace("TargetVersion: \"2\"", "TargetVersion: \"9\""));
    assertThat(info(missing).errorInformation().codeAsString())
        .isEqualTo("INVALID_LAMBDA_FUNCTION");
  }

  @Test
  void anAppSpecFileMayBeInS3() {
    prepare(group("AllAtOnce"));
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(c -> c.bucket("specs"));
    s3.putObject(
        p -> p.bucket("specs").key("app.json"),
        RequestBody.fromString(
            """
            {"version": 0.0, "Resources": [{"F": {"Type": "AWS::Lambda::Function", "Properties":
              {"Name": "f", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}}}]}
            """));
    assertThat(error(() -> inS3("app.json", BundleType.ZIP)))
        .isEqualTo("InvalidRevisionException: BundleType must be either YAML or JSON");
    var missing = inS3("no.json", BundleType.JSON);
    settle();
    assertThat(info(missing).errorInformation().codeAsString()).isEqualTo("REVISION_MISSING");
    assertThat(error(() -> deploy.listDeploymentTargets(l -> l.deploymentId(missing))))
        .startsWith("DeploymentNotStartedException: ");
    var id = inS3("app.json", BundleType.JSON);
    settle();
    assertThat(info(id).status()).isEqualTo(DeploymentStatus.SUCCEEDED);
    assertThat(alias()).isEqualTo("2");
    assertThat(
            deploy
                .listApplicationRevisions(
                    l -> l.applicationName("app").s3Bucket("specs").deployed("include"))
                .revisions())
        .map(revision -> revision.s3Location().key())
        .containsExactly("app.json");
  }

  private String inS3(String key, BundleType type) {
    return deploy
        .createDeployment(c ->
            c.applicationName("app")
                .deploymentGroupName("group")
                .revision(r ->
                    r.revisionType(RevisionLocationType.S3)
                        .s3Location(s -> s.bucket("specs").key(key).bundleType(type))))
        .deploymentId();
  }

  @Test
  void triggersTellTopicsOfDeployments() {
    var topic = cloud.client(SnsClient.class).createTopic(c -> c.name("t")).topicArn();
    var queue = sqs.createQueue(c -> c.queueName("q")).queueUrl();
    cloud
        .client(SnsClient.class)
        .subscribe(s ->
            s.topicArn(topic).protocol("sqs").endpoint("arn:aws:sqs:us-east-1:000000000000:q"));
    prepare(g ->
        g.triggerConfigurations(
            TriggerConfig.builder()
                .triggerName("tell")
                .triggerTargetArn(topic)
                .triggerEvents(
                    TriggerEventType.DEPLOYMENT_START, TriggerEventType.DEPLOYMENT_SUCCESS)
                .build()));
    var id = begin(appSpec(""));
    settle();
    var told =
        sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages().stream()
            .map(message -> Json.parse(message.body()))
            .toList();
    assertThat(told)
        .map(message -> message.path("Subject").asText())
        .containsExactlyInAnyOrder(
            "CREATED: AWS CodeDeploy " + id + " in us-east-1 to app",
            "SUCCEEDED: AWS CodeDeploy " + id + " in us-east-1 to app");
    assertThat(
            Json.parse(told.getFirst().path("Message").asText()).path("eventTriggerName").asText())
        .isEqualTo("tell");
  }
}
