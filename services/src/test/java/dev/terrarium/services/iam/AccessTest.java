package dev.terrarium.services.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Tag;

/// Who may do what, where callers must prove who they are.
class AccessTest {
  private static final String OWNER = "000000000000";
  private static final String OTHER = "111111111111";

  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);
  private final IamClient iam = cloud.client(IamClient.class);
  private final S3Client anybody =
      cloud.client(S3Client.class, Cloud.DEFAULT_SCOPE, Principal.anonymous());

  @BeforeEach
  void setUp() {
    s3.createBucket(b -> b.bucket("data"));
    s3.putObject(b -> b.bucket("data").key("public/a"), RequestBody.fromString("open"));
    s3.putObject(b -> b.bucket("data").key("secret"), RequestBody.fromString("closed"));
    cloud.enforcing(true);
  }

  @AfterEach
  void tearDown() {
    cloud.close();
  }

  private void open() {
    s3.deletePublicAccessBlock(b -> b.bucket("data"));
    policy(
        "{\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\","
            + "\"Resource\":\"arn:aws:s3:::data/public/*\"}");
  }

  private void policy(String statement) {
    s3.putBucketPolicy(b ->
        b.bucket("data").policy("{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}"));
  }

  private static void assertDenied(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(403);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
            });
  }

  private static String read(S3Client client, String key) {
    return client.getObjectAsBytes(b -> b.bucket("data").key(key)).asUtf8String();
  }

  private Principal user(String account, String name, String policy) {
    var scope = new Scope(account, "us-east-1");
    var theirs = cloud.client(IamClient.class, scope);
    var user = theirs.createUser(b -> b.userName(name)).user();
    if (!policy.isEmpty()) {
      theirs.putUserPolicy(b -> b.userName(name).policyName("p").policyDocument(policy));
    }
    return new Principal(account, user.arn(), user.userId(), "");
  }

  private <C> C as(Class<C> client, Principal principal) {
    return cloud.client(client, new Scope(principal.account(), "us-east-1"), principal);
  }

  private static String allow(String action, String resource) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"%s\",\"Resource\":\"%s\"}}"
        .formatted(action, resource);
  }

  @Test
  void nobodyReadsABucketUnlessItsPolicyLetsEverybody() {
    assertDenied(() -> read(anybody, "public/a"));
    open();
    assertThat(read(anybody, "public/a")).isEqualTo("open");
    assertDenied(() -> read(anybody, "secret"));
    assertDenied(() -> anybody.listObjectsV2(b -> b.bucket("data")));
    assertDenied(() -> anybody.listBuckets());
  }

  @Test
  void whoeverMayNotListIsNotToldWhatIsMissing() {
    open();
    assertDenied(() -> read(anybody, "public/none"));
    policy(
        "{\"Principal\":\"*\",\"Action\":[\"s3:GetObject\",\"s3:ListBucket\"],\"Effect\":\"Allow\","
            + "\"Resource\":[\"arn:aws:s3:::data/*\",\"arn:aws:s3:::data\"]}");
    assertThatThrownBy(() -> read(anybody, "public/none")).hasMessageContaining("does not exist");
  }

  @Test
  void aPublicAccessBlockClosesWhatAPolicyOpened() {
    open();
    s3.putPublicAccessBlock(
        b -> b.bucket("data").publicAccessBlockConfiguration(c -> c.restrictPublicBuckets(true)));
    assertDenied(() -> read(anybody, "public/a"));
    assertThat(read(s3, "public/a")).isEqualTo("open");
  }

  @Test
  void aPublicReadListOpensAnObjectUnlessSuchListsAreIgnored() {
    s3.deletePublicAccessBlock(b -> b.bucket("data"));
    s3.putBucketOwnershipControls(b ->
        b.bucket("data")
            .ownershipControls(c ->
                c.rules(
                    OwnershipControlsRule.builder()
                        .objectOwnership("BucketOwnerPreferred")
                        .build())));
    s3.putObjectAcl(b -> b.bucket("data").key("secret").acl("public-read"));
    assertThat(read(anybody, "secret")).isEqualTo("closed");
    assertDenied(() -> read(anybody, "public/a"));
    s3.putPublicAccessBlock(
        b -> b.bucket("data").publicAccessBlockConfiguration(c -> c.ignorePublicAcls(true)));
    assertDenied(() -> read(anybody, "secret"));
  }

  @Test
  void anotherAccountNeedsBothItsOwnPolicyAndTheBuckets() {
    var bob = as(S3Client.class, user(OTHER, "bob", allow("s3:*", "*")));
    var eve = as(S3Client.class, user(OTHER, "eve", ""));
    assertThatThrownBy(() -> read(bob, "secret"))
        .hasMessageContaining("because no resource-based policy allows the s3:GetObject action");
    policy(
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::data/*\"}"
            .formatted(OTHER));
    assertThat(read(bob, "secret")).isEqualTo("closed");
    assertDenied(() -> read(eve, "secret"));
  }

  @Test
  void theBucketsOwnUsersNeedOneOfBothAndADenialAlwaysWins() {
    var ann = user(OWNER, "ann", "");
    var client = as(S3Client.class, ann);
    assertDenied(() -> read(client, "secret"));
    policy(
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"%s\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::data/*\"}"
            .formatted(ann.arn()));
    assertThat(read(client, "secret")).isEqualTo("closed");
    policy(
        "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::data/*\"}");
    assertDenied(() -> read(client, "secret"));
    assertThatThrownBy(() -> read(s3, "secret"))
        .hasMessageContaining("with an explicit deny in a resource-based policy");
    s3.deleteBucketPolicy(b -> b.bucket("data"));
    assertThat(read(s3, "secret")).isEqualTo("closed");
  }

  private static ObjectIdentifier object(String key) {
    return ObjectIdentifier.builder().key(key).build();
  }

  @Test
  void ofManyObjectsThoseGoThatMay() {
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:DeleteObject\","
            + "\"Resource\":\"arn:aws:s3:::data/public/*\"}}";
    var theirs = cloud.client(S3Client.class, Cloud.DEFAULT_SCOPE, user(OWNER, "eve", policy));
    var answer =
        theirs.deleteObjects(
            b -> b.bucket("data").delete(d -> d.objects(object("public/a"), object("secret"))));
    assertThat(answer.deleted()).extracting(DeletedObject::key).containsExactly("public/a");
    assertThat(answer.errors())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.key()).isEqualTo("secret");
          assertThat(error.code()).isEqualTo("AccessDenied");
        });
    assertThat(s3.listObjectsV2(b -> b.bucket("data")).contents()).hasSize(1);
    assertDenied(() ->
        theirs.deleteObject(b -> b.bucket("data").key("public/a").bypassGovernanceRetention(true)));
  }

  @Test
  void aPolicyMayLookAtTheTagsThatARequestSets() {
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"sqs:CreateQueue\",\"sqs:TagQueue\"],"
            + "\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:RequestTag/team\":\"a\"},"
            + "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"team\",\"stage\"]}}}}";
    var theirs = cloud.client(SqsClient.class, Cloud.DEFAULT_SCOPE, user(OWNER, "eve", policy));
    assertThat(theirs.createQueue(b -> b.queueName("q").tags(Map.of("team", "a"))).queueUrl())
        .endsWith("/q");
    assertDenied(() -> theirs.createQueue(b -> b.queueName("r").tags(Map.of("team", "b"))));
    assertDenied(() -> theirs.createQueue(b -> b.queueName("r")));
    assertDenied(
        () -> theirs.createQueue(b -> b.queueName("r").tags(Map.of("team", "a", "cost", "1"))));
  }

  @Test
  void aPolicyMayLookAtThePrefixThatIsListed() {
    var document =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws:s3:::data\","
            + "\"Condition\":{\"StringLike\":{\"s3:prefix\":\"public/*\"}}}}";
    var client = as(S3Client.class, user(OWNER, "ann", document));
    assertThat(client.listObjectsV2(b -> b.bucket("data").prefix("public/x")).contents()).isEmpty();
    assertDenied(() -> client.listObjectsV2(b -> b.bucket("data")));
  }

  @Test
  void aQueueTakesMessagesOfWhomItsPolicyNames() {
    var sqs = cloud.client(SqsClient.class);
    var url = sqs.createQueue(b -> b.queueName("q")).queueUrl();
    var bob = as(SqsClient.class, user(OTHER, "bob", allow("sqs:*", "*")));
    var nobody = cloud.client(SqsClient.class, Cloud.DEFAULT_SCOPE, Principal.anonymous());
    assertDenied(() -> bob.sendMessage(b -> b.queueUrl(url).messageBody("x")));
    sqs.addPermission(b -> b.queueUrl(url).label("l").awsAccountIds(OTHER).actions("SendMessage"));
    bob.sendMessage(b -> b.queueUrl(url).messageBody("x"));
    assertDenied(() -> bob.receiveMessage(b -> b.queueUrl(url)));
    assertThatThrownBy(() -> nobody.sendMessage(b -> b.queueUrl(url).messageBody("x")))
        .hasMessageContaining("Missing Authentication Token");
    sqs.setQueueAttributes(b ->
        b.queueUrl(url)
            .attributes(
                Map.of(
                    QueueAttributeName.POLICY,
                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}")));
    nobody.sendMessage(b -> b.queueUrl(url).messageBody("y"));
    assertThat(sqs.receiveMessage(b -> b.queueUrl(url).maxNumberOfMessages(10)).messages())
        .hasSize(2);
  }

  @Test
  void aTopicIsPublishedToByWhomItsPolicyNames() {
    var sns = cloud.client(SnsClient.class);
    var arn = sns.createTopic(b -> b.name("t")).topicArn();
    var bob = as(SnsClient.class, user(OTHER, "bob", allow("sns:Publish", "*")));
    assertThatThrownBy(() -> bob.publish(b -> b.topicArn(arn).message("x")))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AuthorizationError"));
    sns.addPermission(b -> b.topicArn(arn).label("l").awsAccountIds(OTHER).actionNames("Publish"));
    assertThat(bob.publish(b -> b.topicArn(arn).message("x")).messageId()).isNotEmpty();
  }

  @Test
  void whoMayNotInvokeAFunctionIsToldSo() {
    var lambda = as(LambdaClient.class, user(OWNER, "ann", ""));
    assertThatThrownBy(() -> lambda.invoke(b -> b.functionName("f")))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
              assertThat(e.getMessage())
                  .contains(
                      "is not authorized to perform: lambda:InvokeFunction on resource:"
                          + " arn:aws:lambda:us-east-1:000000000000:function:f because no"
                          + " identity-based policy allows the lambda:InvokeFunction action");
            });
  }

  private void role(String trusted, String condition) {
    iam.createRole(b ->
        b.roleName("reader")
            .assumeRolePolicyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"%s\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]%s}]}"
                    .formatted(trusted, condition)));
    iam.putRolePolicy(b ->
        b.roleName("reader")
            .policyName("p")
            .policyDocument(allow("s3:GetObject", "arn:aws:s3:::data/*")));
  }

  private Principal assume(Principal caller, AssumeRoleRequest request) {
    var given = as(StsClient.class, caller).assumeRole(request).credentials();
    return cloud.credentials().resolve(given.accessKeyId()).orElseThrow().principal();
  }

  private static AssumeRoleRequest.Builder reader() {
    return AssumeRoleRequest.builder()
        .roleArn("arn:aws:iam::000000000000:role/reader")
        .roleSessionName("session");
  }

  @Test
  void aRoleIsAssumedByWhomItTrustsAndReadsWhatItMay() {
    var bob = user(OTHER, "bob", allow("sts:AssumeRole", "*"));
    var eve = user("222222222222", "eve", allow("sts:AssumeRole", "*"));
    role(OTHER, ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"42\"}}");
    assertDenied(() -> assume(eve, reader().externalId("42").build()));
    assertDenied(() -> assume(bob, reader().build()));
    var session = assume(bob, reader().externalId("42").build());
    assertThat(read(as(S3Client.class, session), "secret")).isEqualTo("closed");
    assertDenied(() -> as(S3Client.class, session).listBuckets());
  }

  @Test
  void aSessionPolicyNarrowsWhatTheRoleMay() {
    var ann = user(OWNER, "ann", allow("sts:*", "*"));
    role(OWNER, "");
    var session = assume(ann, reader().policy(allow("s3:*", "arn:aws:s3:::data/public/*")).build());
    assertThat(read(as(S3Client.class, session), "public/a")).isEqualTo("open");
    assertDenied(() -> read(as(S3Client.class, session), "secret"));
  }

  @Test
  void tagsOfASessionFillVariablesOfPolicies() {
    var ann = user(OWNER, "ann", allow("sts:*", "*"));
    role(OWNER, "");
    iam.putRolePolicy(b ->
        b.roleName("reader")
            .policyName("p")
            .policyDocument(allow("s3:GetObject", "arn:aws:s3:::data/${aws:PrincipalTag/team}/*")));
    var session =
        assume(ann, reader().tags(Tag.builder().key("team").value("public").build()).build());
    assertThat(read(as(S3Client.class, session), "public/a")).isEqualTo("open");
    assertDenied(() -> read(as(S3Client.class, session), "secret"));
  }

  @Test
  void aFederatedUserMayWhatBothItsIssuerAndItsPolicyAllow() {
    var ann = user(OWNER, "ann", allow("*", "*"));
    var given =
        as(StsClient.class, ann)
            .getFederationToken(
                b -> b.name("guest").policy(allow("s3:GetObject", "arn:aws:s3:::data/public/*")))
            .credentials();
    var guest = cloud.credentials().resolve(given.accessKeyId()).orElseThrow().principal();
    assertThat(read(as(S3Client.class, guest), "public/a")).isEqualTo("open");
    assertDenied(() -> read(as(S3Client.class, guest), "secret"));
  }

  @Test
  void passingARoleToAFunctionNeedsPermission() {
    var ann = user(OWNER, "ann", allow("lambda:*", "*"));
    role(OWNER, "");
    assertThatThrownBy(() ->
            as(LambdaClient.class, ann)
                .createFunction(
                    b -> b.functionName("f").role("arn:aws:iam::000000000000:role/reader")))
        .hasMessageContaining("iam:PassRole");
  }
}
