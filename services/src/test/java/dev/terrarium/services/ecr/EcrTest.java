package dev.terrarium.services.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EncryptionType;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LifecyclePolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

class EcrTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final EcrClient ecr = cloud.client(EcrClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aRepositoryHasAnAddressAndIsOnceThere() {
    var made = ecr.createRepository(r -> r.repositoryName("team/app")).repository();
    assertThat(made.repositoryArn())
        .isEqualTo("arn:aws:ecr:us-east-1:000000000000:repository/team/app");
    assertThat(made.repositoryUri())
        .isEqualTo("000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app");
    assertThat(made.imageTagMutability()).isEqualTo(ImageTagMutability.MUTABLE);
    assertThat(made.encryptionConfiguration().encryptionType()).isEqualTo(EncryptionType.AES256);
    assertThat(made.imageScanningConfiguration().scanOnPush()).isFalse();
    assertThatThrownBy(() -> ecr.createRepository(r -> r.repositoryName("team/app")))
        .isInstanceOf(RepositoryAlreadyExistsException.class)
        .hasMessageContaining(
            "The repository with name 'team/app' already exists in the registry with id"
                + " '000000000000'");
    ecr.deleteRepository(r -> r.repositoryName("team/app"));
    assertThatThrownBy(() -> ecr.describeRepositories(r -> r.repositoryNames("team/app")))
        .isInstanceOf(RepositoryNotFoundException.class)
        .hasMessageContaining(
            "The repository with name 'team/app' does not exist in the registry with id"
                + " '000000000000'");
  }

  @Test
  void namesAreOfLowerCase() {
    assertThatThrownBy(() -> ecr.createRepository(r -> r.repositoryName("App")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Invalid parameter at 'repositoryName' failed to satisfy constraint");
  }

  @Test
  void repositoriesAreListedInPages() {
    for (var name : List.of("aa", "bb", "cc")) {
      ecr.createRepository(r -> r.repositoryName(name));
    }
    assertThat(ecr.describeRepositoriesPaginator(r -> r.maxResults(2)).repositories())
        .extracting(Repository::repositoryName)
        .containsExactly("aa", "bb", "cc");
  }

  @Test
  void policiesAndTagsAreKept() {
    var arn = ecr.createRepository(r -> r.repositoryName("app")).repository().repositoryArn();
    assertThatThrownBy(() -> ecr.getLifecyclePolicy(r -> r.repositoryName("app")))
        .isInstanceOf(LifecyclePolicyNotFoundException.class)
        .hasMessageContaining(
            "Lifecycle policy does not exist for the repository with name 'app' in the registry"
                + " with id '000000000000'");
    ecr.putLifecyclePolicy(r -> r.repositoryName("app").lifecyclePolicyText("{\"rules\":[]}"));
    assertThat(ecr.getLifecyclePolicy(r -> r.repositoryName("app")).lifecyclePolicyText())
        .isEqualTo("{\"rules\":[]}");
    assertThatThrownBy(() -> ecr.setRepositoryPolicy(r -> r.repositoryName("app").policyText("{")))
        .isInstanceOf(InvalidParameterException.class);
    ecr.setRepositoryPolicy(r -> r.repositoryName("app").policyText("{\"Statement\":[]}"));
    ecr.deleteRepositoryPolicy(r -> r.repositoryName("app"));
    ecr.tagResource(r -> r.resourceArn(arn).tags(Tag.builder().key("a").value("1").build()));
    ecr.tagResource(r -> r.resourceArn(arn).tags(Tag.builder().key("b").value("2").build()));
    ecr.untagResource(r -> r.resourceArn(arn).tagKeys("a"));
    assertThat(ecr.listTagsForResource(r -> r.resourceArn(arn)).tags())
        .extracting(Tag::key)
        .containsExactly("b");
  }

  @Test
  void noImageIsThereAndNoneCanBePushed() {
    ecr.createRepository(r -> r.repositoryName("app"));
    assertThat(ecr.listImages(r -> r.repositoryName("app")).imageIds()).isEmpty();
    assertThatThrownBy(() ->
            ecr.describeImages(r ->
                r.repositoryName("app")
                    .imageIds(List.of(ImageIdentifier.builder().imageTag("v1").build()))))
        .isInstanceOf(ImageNotFoundException.class)
        .hasMessageContaining("{imageDigest:'null', imageTag:'v1'} does not exist");
    assertThatThrownBy(() -> ecr.putImage(r -> r.repositoryName("app").imageManifest("{}")))
        .isInstanceOfSatisfying(
            AwsServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(501));
  }

  @Test
  void aStackMakesChangesAndRemovesARepository() {
    var stacks = cloud.client(CloudFormationClient.class);
    var template =
        """
        Resources:
          Images:
            Type: AWS::ECR::Repository
            Properties:
              RepositoryName: images
              ImageTagMutability: %s
              LifecyclePolicy: {LifecyclePolicyText: '{"rules":[]}'}
              RepositoryPolicyText: {Version: '2012-10-17', Statement: []}
        Outputs:
          Uri: {Value: !GetAtt Images.RepositoryUri}
        """;
    stacks.createStack(s -> s.stackName("s").templateBody(template.formatted("MUTABLE")));
    cloud.timers().advance(Duration.ofMillis(1));
    var stack = stacks.describeStacks(s -> s.stackName("s")).stacks().getFirst();
    assertThat(stack.outputs().getFirst().outputValue())
        .isEqualTo("000000000000.dkr.ecr.us-east-1.amazonaws.com/images");
    stacks.updateStack(s -> s.stackName("s").templateBody(template.formatted("IMMUTABLE")));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(ecr.describeRepositories(r -> {}).repositories().getFirst().imageTagMutability())
        .isEqualTo(ImageTagMutability.IMMUTABLE);
    stacks.deleteStack(s -> s.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(ecr.describeRepositories(r -> {}).repositories()).isEmpty();
  }
}
