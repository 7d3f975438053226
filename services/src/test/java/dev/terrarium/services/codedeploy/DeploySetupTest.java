package dev.terrarium.services.codedeploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.codedeploy.model.Alarm;
import software.amazon.awssdk.services.codedeploy.model.DeploymentType;
import software.amazon.awssdk.services.codedeploy.model.EC2TagFilter;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;
import software.amazon.awssdk.services.codedeploy.model.Tag;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingType;

/// Applications, groups, configurations and their tags.
@Timeout(30)
class DeploySetupTest extends DeployFixture {
  private void group(String application, String name) {
    deploy.createDeploymentGroup(
        c -> c.applicationName(application).deploymentGroupName(name).serviceRoleArn(ROLE));
  }

  @Test
  void applicationsAreMadeRenamedAndDeleted() {
    deploy.createApplication(
        c -> c.applicationName("a").computePlatform("ECS").tags(Tag.builder().key("k").build()));
    deploy.createApplication(c -> c.applicationName("b"));
    assertThat(error(() -> deploy.createApplication(c -> c.applicationName("a"))))
        .startsWith("ApplicationAlreadyExistsException: ");
    assertThat(
            error(() ->
                deploy.createApplication(c -> c.applicationName("c").computePlatform("Moon"))))
        .startsWith("InvalidComputePlatformException: ");
    group("a", "g");
    deploy.updateApplication(u -> u.applicationName("a").newApplicationName("z"));
    assertThat(deploy.listApplications().applications()).containsExactly("b", "z");
    assertThat(deploy.batchGetApplications(b -> b.applicationNames("z", "b")).applicationsInfo())
        .map(one -> one.computePlatformAsString())
        .containsExactly("ECS", "Server");
    assertThat(deploy.listDeploymentGroups(l -> l.applicationName("z")).deploymentGroups())
        .containsExactly("g");
    var arn = "arn:aws:codedeploy:us-east-1:000000000000:application:z";
    assertThat(deploy.listTagsForResource(l -> l.resourceArn(arn)).tags())
        .map(Tag::key)
        .containsExactly("k");
    deploy.deleteApplication(d -> d.applicationName("z"));
    deploy.deleteApplication(d -> d.applicationName("z"));
    assertThat(error(() -> deploy.getApplication(g -> g.applicationName("z"))))
        .isEqualTo("ApplicationDoesNotExistException: No application found for name: z");
  }

  @Test
  void groupsHaveWhatTheirPlatformHas() {
    deploy.createApplication(c -> c.applicationName("server"));
    deploy.createApplication(c -> c.applicationName("lambda").computePlatform("Lambda"));
    deploy.createDeploymentGroup(c ->
        c.applicationName("server")
            .deploymentGroupName("g")
            .serviceRoleArn(ROLE)
            .autoScalingGroups("fleet")
            .ec2TagFilters(
                EC2TagFilter.builder().key("k").value("v").type("KEY_AND_VALUE").build()));
    var group =
        deploy
            .getDeploymentGroup(g -> g.applicationName("server").deploymentGroupName("g"))
            .deploymentGroupInfo();
    assertThat(group.deploymentConfigName()).isEqualTo("CodeDeployDefault.OneAtATime");
    assertThat(group.deploymentStyle().deploymentType()).isEqualTo(DeploymentType.IN_PLACE);
    assertThat(group.autoScalingGroups()).map(one -> one.name()).containsExactly("fleet");
    assertThat(
            error(() ->
                deploy.createDeployment(c ->
                    c.applicationName("server")
                        .deploymentGroupName("g")
                        .revision(r -> r.revisionType(RevisionLocationType.S3)))))
        .isEqualTo(
            "NotImplemented: Terrarium does not implement codedeploy:CreateDeployment to the platform Server.");
    assertThat(error(() -> group("none", "g")))
        .isEqualTo("ApplicationDoesNotExistException: No application found for name: none");
    assertThat(
            error(() ->
                deploy.createDeploymentGroup(c ->
                    c.applicationName("lambda")
                        .deploymentGroupName("g")
                        .serviceRoleArn(ROLE)
                        .autoScalingGroups("fleet"))))
        .isEqualTo(
            "InvalidAutoScalingGroupException: For Lambda deployment group, autoScalingGroups can not be specified");
    assertThat(
            error(() ->
                deploy.createDeploymentGroup(c ->
                    c.applicationName("lambda")
                        .deploymentGroupName("g")
                        .serviceRoleArn(ROLE)
                        .deploymentConfigName("CodeDeployDefault.Nothing"))))
        .isEqualTo(
            "DeploymentConfigDoesNotExistException: No Deployment Configuration found for name: CodeDeployDefault.Nothing");
  }

  @Test
  void groupsAreChangedAndRenamed() {
    deploy.createApplication(c -> c.applicationName("a").computePlatform("Lambda"));
    group("a", "g");
    group("a", "h");
    assertThat(error(() -> group("a", "g"))).startsWith("DeploymentGroupAlreadyExistsException: ");
    deploy.updateDeploymentGroup(u ->
        u.applicationName("a")
            .currentDeploymentGroupName("g")
            .newDeploymentGroupName("n")
            .alarmConfiguration(
                c -> c.enabled(true).alarms(Alarm.builder().name("alarm").build())));
    deploy.updateDeploymentGroup(u ->
        u.applicationName("a")
            .currentDeploymentGroupName("n")
            .deploymentConfigName("CodeDeployDefault.LambdaCanary10Percent5Minutes"));
    var answer =
        deploy.batchGetDeploymentGroups(
            b -> b.applicationName("a").deploymentGroupNames("n", "h", "g"));
    assertThat(answer.deploymentGroupsInfo())
        .map(one -> one.deploymentGroupName())
        .containsExactly("n", "h");
    assertThat(answer.errorMessage()).contains("No Deployment Group found for name: g");
    assertThat(answer.deploymentGroupsInfo().getFirst().alarmConfiguration().alarms())
        .map(one -> one.name())
        .containsExactly("alarm");
    deploy.deleteDeploymentGroup(d -> d.applicationName("a").deploymentGroupName("n"));
    assertThat(
            error(() ->
                deploy.getDeploymentGroup(g -> g.applicationName("a").deploymentGroupName("n"))))
        .isEqualTo("DeploymentGroupDoesNotExistException: No Deployment Group found for name: n");
  }

  @Test
  void configurationsArePredefinedOrOnesOwn() {
    assertThat(deploy.listDeploymentConfigs().deploymentConfigsList())
        .contains(
            "CodeDeployDefault.OneAtATime",
            "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
            "CodeDeployDefault.ECSCanary10Percent15Minutes")
        .hasSize(17);
    deploy.createDeploymentConfig(c ->
        c.deploymentConfigName("half")
            .computePlatform("Lambda")
            .trafficRoutingConfig(t ->
                t.type(TrafficRoutingType.TIME_BASED_LINEAR)
                    .timeBasedLinear(l -> l.linearPercentage(50).linearInterval(7))));
    assertThat(
            error(() ->
                deploy.createDeploymentConfig(c ->
                    c.deploymentConfigName("wrong")
                        .computePlatform("Lambda")
                        .trafficRoutingConfig(t -> t.type("TimeBasedCanary")))))
        .startsWith("InvalidTrafficRoutingConfigurationException: ");
    assertThat(
            error(() ->
                deploy.deleteDeploymentConfig(
                    d -> d.deploymentConfigName("CodeDeployDefault.OneAtATime"))))
        .startsWith("InvalidOperationException: ");
    prepare(g -> g.deploymentConfigName("half"));
    assertThat(error(() -> deploy.deleteDeploymentConfig(d -> d.deploymentConfigName("half"))))
        .startsWith("DeploymentConfigInUseException: ");
    begin(appSpec(""));
    assertThat(alias()).isEqualTo("1{2=0.5}");
    advance(Duration.ofMinutes(7));
    assertThat(alias()).isEqualTo("2");
  }

  @Test
  void aStackHasThemAndFindsTheirDrift() {
    var cfn = cloud.client(CloudFormationClient.class);
    cfn.createStack(c ->
        c.stackName("s")
            .templateBody(
                """
                Resources:
                  App: {Type: AWS::CodeDeploy::Application, Properties: {ComputePlatform: Lambda}}
                  Config:
                    Type: AWS::CodeDeploy::DeploymentConfig
                    Properties:
                      ComputePlatform: Lambda
                      TrafficRoutingConfig:
                        Type: TimeBasedCanary
                        TimeBasedCanary: {CanaryPercentage: 25, CanaryInterval: 3}
                  Group:
                    Type: AWS::CodeDeploy::DeploymentGroup
                    Properties:
                      ApplicationName: !Ref App
                      DeploymentGroupName: g
                      DeploymentConfigName: !Ref Config
                      ServiceRoleArn: arn:aws:iam::000000000000:role/deploy
                      Tags: [{Key: k, Value: v}]
                      AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_FAILURE]}
                """));
    settle();
    assertThat(drift(cfn)).isEqualTo("IN_SYNC");
    var app = deploy.listApplications().applications().getFirst();
    assertThat(
            deploy
                .listTagsForResource(l ->
                    l.resourceArn(
                        "arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:" + app + "/g"))
                .tags())
        .map(Tag::value)
        .containsExactly("v");
    deploy.updateDeploymentGroup(u ->
        u.applicationName(app)
            .currentDeploymentGroupName("g")
            .autoRollbackConfiguration(a -> a.enabled(false)));
    assertThat(drift(cfn)).isEqualTo("DRIFTED");
    cfn.deleteStack(d -> d.stackName("s"));
    settle();
    assertThat(deploy.listApplications().applications()).isEmpty();
  }

  private String drift(CloudFormationClient cfn) {
    var id = cfn.detectStackDrift(d -> d.stackName("s")).stackDriftDetectionId();
    settle();
    return cfn.describeStackDriftDetectionStatus(d -> d.stackDriftDetectionId(id))
        .stackDriftStatusAsString();
  }
}
