package dev.terrarium.services.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;
import software.amazon.awssdk.services.iam.model.PolicyVersion;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.Tag;

class IamTest {
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
      """;
  private static final String READ =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}]}\
      """;

  private final Cloud cloud = Cloud.inMemory();
  private final IamClient iam = cloud.client(IamClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private Role role(String name) {
    return iam.createRole(create -> create.roleName(name).assumeRolePolicyDocument(TRUST)).role();
  }

  @Test
  void aRoleIsFoundUnderItsNameWithItsDocumentUrlEncoded() {
    role("worker");
    var role = iam.getRole(get -> get.roleName("worker")).role();
    assertThat(role.arn()).isEqualTo("arn:aws:iam::000000000000:role/worker");
    assertThat(role.roleId()).matches("AROA[A-Z2-7]{17}");
    assertThat(role.assumeRolePolicyDocument()).startsWith("%7B%22Version%22%3A%222012-10-17%22");
    assertThat(role.maxSessionDuration()).isEqualTo(3600);
  }

  @Test
  void namesThatDifferInCaseOnlyAreTheSame() {
    role("worker");
    assertThatThrownBy(() -> role("Worker"))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .hasMessageContaining("Role with name Worker already exists.");
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> iam.getRole(get -> get.roleName("nobody")))
        .isInstanceOf(NoSuchEntityException.class)
        .hasMessageContaining("The role with name nobody cannot be found.");
  }

  @Test
  void accountsDoNotSeeEachOthersRoles() {
    role("worker");
    var other = cloud.client(IamClient.class, new Scope("111111111111", "us-east-1"));
    assertThat(other.listRoles().roles()).isEmpty();
    var west = cloud.client(IamClient.class, new Scope("000000000000", "eu-west-1"));
    assertThat(west.listRoles().roles()).hasSize(1);
  }

  @Test
  void aRoleWithPoliciesCannotBeDeleted() {
    role("worker");
    var managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    iam.attachRolePolicy(attach -> attach.roleName("worker").policyArn(managed));
    assertThatThrownBy(() -> iam.deleteRole(delete -> delete.roleName("worker")))
        .isInstanceOf(DeleteConflictException.class)
        .hasMessageContaining("Cannot delete entity, must detach all policies first.");
    iam.detachRolePolicy(detach -> detach.roleName("worker").policyArn(managed));
    iam.putRolePolicy(put -> put.roleName("worker").policyName("inline").policyDocument(READ));
    assertThatThrownBy(() -> iam.deleteRole(delete -> delete.roleName("worker")))
        .hasMessageContaining("Cannot delete entity, must delete policies first.");
    iam.deleteRolePolicy(delete -> delete.roleName("worker").policyName("inline"));
    iam.deleteRole(delete -> delete.roleName("worker"));
    assertThat(iam.listRoles().roles()).isEmpty();
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 5; i++) {
      role("role" + i);
    }
    var names =
        iam.listRolesPaginator(list -> list.maxItems(2)).roles().stream()
            .map(Role::roleName)
            .toList();
    assertThat(names).containsExactly("role0", "role1", "role2", "role3", "role4");
  }

  @Test
  void brokenPoliciesAreRefused() {
    role("worker");
    for (var wrong :
        Map.of(
                "{",
                "This policy contains invalid Json",
                "{\"Statement\":[]}",
                "Syntax errors in policy.",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:Get\"}}",
                "Policy statement must contain resources.",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"Get\",\"Resource\":\"*\"}}",
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:Get\",\"Resource\":\"b\"}}",
                "Resource b must be in ARN format or \"*\".",
                TRUST,
                "Policy document should not specify a principal.")
            .entrySet()) {
      assertThatThrownBy(() ->
              iam.putRolePolicy(
                  put -> put.roleName("worker").policyName("p").policyDocument(wrong.getKey())))
          .isInstanceOf(MalformedPolicyDocumentException.class)
          .hasMessageContaining(wrong.getValue());
    }
  }

  @Test
  void aPolicyKeepsUpToFiveVersions() {
    var arn =
        iam.createPolicy(create -> create.policyName("p").policyDocument(READ)).policy().arn();
    for (int i = 0; i < 4; i++) {
      iam.createPolicyVersion(create -> create.policyArn(arn).policyDocument(READ));
    }
    assertThatThrownBy(
            () -> iam.createPolicyVersion(create -> create.policyArn(arn).policyDocument(READ)))
        .isInstanceOf(LimitExceededException.class);
    iam.setDefaultPolicyVersion(set -> set.policyArn(arn).versionId("v3"));
    assertThat(iam.getPolicy(get -> get.policyArn(arn)).policy().defaultVersionId())
        .isEqualTo("v3");
    iam.deletePolicyVersion(delete -> delete.policyArn(arn).versionId("v1"));
    var made =
        iam.createPolicyVersion(
            create -> create.policyArn(arn).policyDocument(READ).setAsDefault(true));
    assertThat(made.policyVersion().versionId()).isEqualTo("v6");
    assertThat(
            iam.listPolicyVersions(list -> list.policyArn(arn)).versions().stream()
                .filter(PolicyVersion::isDefaultVersion)
                .map(PolicyVersion::versionId))
        .containsExactly("v6");
  }

  @Test
  void awsManagedPoliciesAreThere() {
    var arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    var version = iam.getPolicyVersion(get -> get.policyArn(arn).versionId("v1")).policyVersion();
    assertThat(URLDecoder.decode(version.document(), StandardCharsets.UTF_8)).contains("s3:Get*");
    assertThatThrownBy(
            () -> iam.getPolicy(get -> get.policyArn("arn:aws:iam::aws:policy/NoSuchThing")))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void anAccessKeyIsResolvedToItsUserUntilItIsInactive() {
    iam.createUser(create -> create.userName("ann"));
    var key = iam.createAccessKey(create -> create.userName("ann")).accessKey();
    var resolved = cloud.credentials().resolve(key.accessKeyId()).orElseThrow();
    assertThat(resolved.secretAccessKey()).isEqualTo(key.secretAccessKey());
    assertThat(resolved.principal().arn()).isEqualTo("arn:aws:iam::000000000000:user/ann");
    iam.updateAccessKey(update ->
        update.userName("ann").accessKeyId(key.accessKeyId()).status(StatusType.INACTIVE));
    assertThat(cloud.credentials().resolve(key.accessKeyId())).isEmpty();
    iam.createAccessKey(create -> create.userName("ann"));
    assertThatThrownBy(() -> iam.createAccessKey(create -> create.userName("ann")))
        .hasMessageContaining("Cannot exceed quota for AccessKeysPerUser: 2");
  }

  @Test
  void aUserMayWhatItsGroupMay() {
    iam.createUser(create -> create.userName("ann"));
    iam.createGroup(create -> create.groupName("readers"));
    iam.putGroupPolicy(put -> put.groupName("readers").policyName("read").policyDocument(READ));
    assertThat(decide("s3:GetObject", "arn:aws:s3:::b/k"))
        .isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    iam.addUserToGroup(add -> add.userName("ann").groupName("readers"));
    assertThat(decide("s3:GetObject", "arn:aws:s3:::b/k"))
        .isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(decide("s3:PutObject", "arn:aws:s3:::b/k"))
        .isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    iam.putUserPermissionsBoundary(put ->
        put.userName("ann").permissionsBoundary("arn:aws:iam::aws:policy/AmazonSQSFullAccess"));
    assertThat(decide("s3:GetObject", "arn:aws:s3:::b/k"))
        .isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
  }

  private PolicyEvaluationDecisionType decide(String action, String resource) {
    return iam.simulatePrincipalPolicy(simulate ->
            simulate
                .policySourceArn("arn:aws:iam::000000000000:user/ann")
                .actionNames(action)
                .resourceArns(resource))
        .evaluationResults()
        .getFirst()
        .evalDecision();
  }

  @Test
  void enforcementLetsPassOnlyWhatPoliciesAllow() {
    var user = iam.createUser(create -> create.userName("ann")).user();
    iam.putUserPolicy(put ->
        put.userName("ann")
            .policyName("p")
            .policyDocument(
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:List*\",\"Resource\":\"*\"}}"));
    cloud.authoriser(new IamAuthoriser(cloud));
    var ann =
        cloud.client(
            IamClient.class,
            Cloud.DEFAULT_SCOPE,
            new Principal("000000000000", user.arn(), user.userId(), ""));
    assertThat(ann.listRoles().roles()).isEmpty();
    assertThatThrownBy(() -> ann.createGroup(create -> create.groupName("g")))
        .hasMessageContaining(
            "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: iam:CreateGroup on resource: arn:aws:iam::000000000000:group/g");
  }

  @Test
  void usersChangeTheirOwnPasswordsAsThePolicyAllows() {
    iam.updateAccountPasswordPolicy(p -> p.minimumPasswordLength(8).requireNumbers(true));
    var user = iam.createUser(c -> c.userName("ann")).user();
    assertThatThrownBy(() -> iam.createLoginProfile(c -> c.userName("ann").password("short1")))
        .hasMessageContaining("Password should have a minimum length of 8");
    iam.createLoginProfile(
        c -> c.userName("ann").password("long enough 1").passwordResetRequired(true));
    var asAnn =
        cloud.client(
            IamClient.class,
            Cloud.DEFAULT_SCOPE,
            new Principal("000000000000", user.arn(), user.userId(), ""));
    assertThatThrownBy(
            () -> asAnn.changePassword(c -> c.oldPassword("x").newPassword("other one 2")))
        .hasMessageContaining("The old password was incorrect.");
    assertThatThrownBy(() ->
            asAnn.changePassword(c -> c.oldPassword("long enough 1").newPassword("no number")))
        .hasMessageContaining("at least one number");
    asAnn.changePassword(c -> c.oldPassword("long enough 1").newPassword("other one 2"));
    assertThat(iam.getLoginProfile(g -> g.userName("ann")).loginProfile().passwordResetRequired())
        .isFalse();
    asAnn.changePassword(c -> c.oldPassword("other one 2").newPassword("third one 3"));
    assertThatThrownBy(() -> iam.changePassword(c -> c.oldPassword("a").newPassword("b")))
        .hasMessageContaining("Only IAM Users can change their own password");
  }

  @Test
  void tagsAndDescriptionsKeepToWhatAwsAllows() {
    role("worker");
    assertThatThrownBy(() ->
            iam.tagRole(t -> t.roleName("worker").tags(Tag.builder().key("a!").value("b").build())))
        .hasMessageContaining(
            "Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular"
                + " expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+");
    assertThatThrownBy(() ->
            iam.tagRole(
                t -> t.roleName("worker").tags(Tag.builder().key("aws:a").value("b").build())))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> iam.updateRole(u -> u.roleName("worker").description("x".repeat(1001))))
        .hasMessageContaining(
            "Value at 'description' failed to satisfy constraint: Member must have length less than"
                + " or equal to 1000");
    assertThat(iam.listRoleTags(t -> t.roleName("worker")).tags()).isEmpty();
  }
}
