package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// Who may invoke a function, where callers must prove who they are.
class FunctionAccessTest {
  private final LambdaFixture fixture = new LambdaFixture();

  @BeforeEach
  void setUp() {
    fixture.python("f", "def handler(event, context): return 'served'");
    fixture.cloud.enforcing(true);
  }

  @AfterEach
  void tearDown() {
    fixture.close();
  }

  private int status(String url) {
    return new FunctionUrls(fixture.cloud)
        .handle(
            new FunctionUrls.Request(
                FunctionUrls.id(url), "GET", "h", "/", "", Map.of(), new byte[0], "1.2.3.4", null),
            Principal.anonymous())
        .status();
  }

  @Test
  void aFunctionUrlServesEverybodyOnlyIfItsPolicyDoes() {
    var url =
        fixture
            .lambda
            .createFunctionUrlConfig(b -> b.functionName("f").authType("NONE"))
            .functionUrl();
    assertThat(status(url)).isEqualTo(403);
    fixture.lambda.addPermission(b ->
        b.functionName("f")
            .statementId("everybody")
            .action("lambda:InvokeFunctionUrl")
            .principal("*")
            .functionUrlAuthType("NONE"));
    assertThat(status(url)).isEqualTo(200);
  }

  @Test
  void whoMayOnlyInvokeIsServedAndTheFunctionStillWritesItsLog() {
    var iam = fixture.cloud.client(IamClient.class);
    var user = iam.createUser(b -> b.userName("ann")).user();
    iam.putUserPolicy(b ->
        b.userName("ann")
            .policyName("p")
            .policyDocument(
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:*:*:function:f\"}}"));
    var ann =
        fixture.cloud.client(
            LambdaClient.class,
            Cloud.DEFAULT_SCOPE,
            new Principal("000000000000", user.arn(), user.userId(), ""));
    var answer = ann.invoke(b -> b.functionName("f").payload(SdkBytes.fromUtf8String("{}")));
    assertThat(answer.payload().asUtf8String()).isEqualTo("\"served\"");
    assertThat(fixture.logLines("f")).anyMatch(line -> line.startsWith("REPORT"));
  }
}
