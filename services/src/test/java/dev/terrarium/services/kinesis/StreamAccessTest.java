package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// Who may use a stream, where callers must prove who they are.
final class StreamAccessTest extends KinesisFixture {
  private static final String OTHER = "111111111111";

  @Test
  void othersNeedTheConsentOfTheStreamsPolicy() {
    stream("s", 1);
    var scope = new Scope(OTHER, "us-east-1");
    var iam = cloud.client(IamClient.class, scope);
    var user = iam.createUser(u -> u.userName("u")).user();
    iam.putUserPolicy(p ->
        p.userName("u")
            .policyName("all")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                    + "\"kinesis:*\",\"Resource\":\"*\"}]}"));
    cloud.enforcing(true);
    var principal = new Principal(OTHER, user.arn(), user.userId(), "");
    var theirs = cloud.client(KinesisClient.class, scope, principal);
    assertThat(error(() -> put(theirs))).startsWith("AccessDeniedException: ");
    kinesis.putResourcePolicy(r ->
        r.resourceARN(ARN + "s")
            .policy(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                    + "{\"AWS\":\""
                    + OTHER
                    + "\"},\"Action\":\"kinesis:PutRecord\",\"Resource\":\""
                    + ARN
                    + "s\"}]}"));
    put(theirs);
    assertThat(all("s", 0)).containsExactly("x");
    assertThat(error(() -> theirs.describeStream(r -> r.streamARN(ARN + "s"))))
        .startsWith("AccessDeniedException: ");
  }

  private static void put(KinesisClient client) {
    client.putRecord(
        r -> r.streamARN(ARN + "s").partitionKey("k").data(SdkBytes.fromUtf8String("x")));
  }
}
