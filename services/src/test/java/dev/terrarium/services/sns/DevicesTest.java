package dev.terrarium.services.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.WebEndpoint.Request;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.EndpointDisabledException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(60)
final class DevicesTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final SnsClient sns = cloud.client(SnsClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private String application() {
    return sns.createPlatformApplication(
            a -> a.name("app").platform("GCM").attributes(Map.of("PlatformCredential", "secret")))
        .platformApplicationArn();
  }

  private String endpoint(String application, String token) {
    return sns.createPlatformEndpoint(e -> e.platformApplicationArn(application).token(token))
        .endpointArn();
  }

  private List<JsonNode> mails(String to) throws IOException {
    var query = "to=" + java.net.URLEncoder.encode(to, StandardCharsets.UTF_8);
    var request =
        new Request("GET", "", "/_terrarium/mail", query, Map.of(), emptyBody(), "127.0.0.1");
    try (var body = new Mailbox(cloud).respond(request).body()) {
      var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      var mails = new ArrayList<JsonNode>();
      Json.parse(text).path("mails").forEach(mails::add);
      return mails;
    }
  }

  private static ByteArrayInputStream emptyBody() {
    return new ByteArrayInputStream(new byte[0]);
  }

  private String queue(String name) {
    return sqs.createQueue(q -> q.queueName(name)).queueUrl();
  }

  @Test
  void theSameTokenIsTheSameEndpointUnlessItsAttributesDiffer() {
    var application = application();
    var arn = endpoint(application, "t1");
    assertThat(arn).startsWith("arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/");
    assertThat(endpoint(application, "t1")).isEqualTo(arn);
    assertThatThrownBy(() ->
            sns.createPlatformEndpoint(
                e -> e.platformApplicationArn(application).token("t1").customUserData("me")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(
            "Invalid parameter: Token Reason: Endpoint "
                + arn
                + " already exists with the same Token, but different attributes.");
    assertThat(sns.getEndpointAttributes(e -> e.endpointArn(arn)).attributes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("Enabled", "true", "Token", "t1"));
    assertThat(
            sns.listEndpointsByPlatformApplication(l -> l.platformApplicationArn(application))
                .endpoints())
        .hasSize(1);
    assertThat(
            sns.getPlatformApplicationAttributes(g -> g.platformApplicationArn(application))
                .attributes())
        .containsEntry("Enabled", "true")
        .doesNotContainKey("PlatformCredential");
    sns.deletePlatformApplication(d -> d.platformApplicationArn(application));
    assertThatThrownBy(() -> sns.getEndpointAttributes(e -> e.endpointArn(arn)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Endpoint does not exist");
  }

  @Test
  void aDeviceGetsTheTextOfItsPlatformUntilItIsDisabled() throws IOException {
    var arn = endpoint(application(), "t1");
    sns.publish(p ->
        p.targetArn(arn)
            .messageStructure("json")
            .message("{\"default\":\"d\",\"GCM\":\"{\\\"notification\\\":{}}\"}"));
    sns.publish(p -> p.targetArn(arn).message("plain"));
    assertThat(mails(arn))
        .extracting(mail -> mail.path("body").asText())
        .containsExactlyInAnyOrder("{\"notification\":{}}", "{\"data\":{\"default\":\"plain\"}}");
    assertThat(mails(arn)).extracting(mail -> mail.path("token").asText()).containsOnly("t1");
    sns.setEndpointAttributes(e -> e.endpointArn(arn).attributes(Map.of("Enabled", "false")));
    assertThatThrownBy(() -> sns.publish(p -> p.targetArn(arn).message("late")))
        .isInstanceOf(EndpointDisabledException.class)
        .hasMessageContaining("Endpoint is disabled");
  }

  @Test
  void theApplicationsTopicsHearOfItsDevices() throws InterruptedException {
    var application = application();
    var url = queue("events");
    var topic = sns.createTopic(t -> t.name("events")).topicArn();
    sns.subscribe(s ->
        s.topicArn(topic)
            .protocol("sqs")
            .endpoint("arn:aws:sqs:us-east-1:000000000000:events")
            .attributes(Map.of("RawMessageDelivery", "true")));
    sns.setPlatformApplicationAttributes(s ->
        s.platformApplicationArn(application)
            .attributes(Map.of("EventEndpointCreated", topic, "EventDeliveryFailure", topic)));
    var arn = endpoint(application, "t1");
    assertThat(take(url).path("EventType").asText()).isEqualTo("EndpointCreated");
    var news = sns.createTopic(t -> t.name("news")).topicArn();
    sns.subscribe(s -> s.topicArn(news).protocol("application").endpoint(arn));
    sns.setEndpointAttributes(e -> e.endpointArn(arn).attributes(Map.of("Enabled", "false")));
    sns.publish(p -> p.topicArn(news).message("m"));
    var failure = take(url);
    assertThat(failure.path("EventType").asText()).isEqualTo("DeliveryFailure");
    assertThat(failure.path("FailureType").asText()).isEqualTo("EndpointDisabled");
  }

  private JsonNode take(String url) {
    var polling = Cloud.DEFAULT_SCOPE;
    var client = cloud.client(SqsClient.class, polling);
    for (int i = 0; i < 2000; i++) {
      var messages = client.receiveMessage(r -> r.queueUrl(url)).messages();
      if (!messages.isEmpty()) {
        client.deleteMessage(
            d -> d.queueUrl(url).receiptHandle(messages.getFirst().receiptHandle()));
        return Json.parse(messages.getFirst().body());
      }
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError("Nothing came to " + url);
  }

  @Test
  void aTextGoesToThePhoneUnlessItsOwnerOptedOut() throws IOException {
    sns.setSMSAttributes(s ->
        s.attributes(
            Map.of(
                "DefaultSenderID",
                "Acme",
                "DeliveryStatusIAMRole",
                "arn:aws:iam::000000000000:role/sms")));
    assertThat(sns.getSMSAttributes(g -> g.attributes("DefaultSenderID")).attributes())
        .containsExactly(Map.entry("DefaultSenderID", "Acme"));
    sns.publish(p -> p.phoneNumber("+15551234567").message("one"));
    var stop =
        new ByteArrayInputStream("from=%2B15551234567&body=Stop".getBytes(StandardCharsets.UTF_8));
    new PhoneBook(cloud)
        .respond(new Request("POST", "", "/_terrarium/sms", "", Map.of(), stop, "127.0.0.1"))
        .body()
        .close();
    assertThat(sns.checkIfPhoneNumberIsOptedOut(c -> c.phoneNumber("+15551234567")).isOptedOut())
        .isTrue();
    assertThat(sns.listPhoneNumbersOptedOut(l -> {}).phoneNumbers())
        .containsExactly("+15551234567");
    sns.publish(p -> p.phoneNumber("+15551234567").message("two"));
    sns.optInPhoneNumber(o -> o.phoneNumber("+15551234567"));
    sns.publish(p -> p.phoneNumber("+15551234567").message("three"));
    assertThat(mails("+15551234567"))
        .extracting(mail -> mail.path("from").asText() + ":" + mail.path("body").asText())
        .containsExactlyInAnyOrder("Acme:one", "Acme:three");
    var failures =
        cloud
            .client(CloudWatchLogsClient.class)
            .filterLogEvents(f ->
                f.logGroupName("sns/us-east-1/000000000000/DirectPublishToPhoneNumber/Failure"))
            .events();
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst().message()).contains("Phone number is opted out");
    assertThatThrownBy(() -> sns.publish(p -> p.phoneNumber("nobody").message("m")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(
            "Invalid parameter: PhoneNumber Reason: nobody is not valid to publish to");
  }

  @Test
  void aSandboxNumberIsVerifiedByThePasswordThatWasTextedToIt() throws IOException {
    sns.createSMSSandboxPhoneNumber(c -> c.phoneNumber("+15551234567"));
    var password = mails("+15551234567").getFirst().path("body").asText().replaceAll("\\D", "");
    assertThatThrownBy(() ->
            sns.verifySMSSandboxPhoneNumber(
                v -> v.phoneNumber("+15551234567").oneTimePassword("00000")))
        .hasMessageContaining("one-time password");
    sns.verifySMSSandboxPhoneNumber(v -> v.phoneNumber("+15551234567").oneTimePassword(password));
    assertThat(sns.listSMSSandboxPhoneNumbers(l -> {}).phoneNumbers())
        .singleElement()
        .satisfies(number -> assertThat(number.statusAsString()).isEqualTo("Verified"));
  }
}
