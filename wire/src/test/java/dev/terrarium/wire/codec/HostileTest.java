package dev.terrarium.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/// Bodies that somebody made to hurt.
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class HostileTest {
  private static final JsonShapes JSON = new JsonShapes(JsonShapes.Dialect.JSON);
  private static final JsonShapes CBOR = new JsonShapes(JsonShapes.Dialect.CBOR);

  private static void refused(SdkPojo builder, String json) {
    assertThatThrownBy(() -> JSON.read(json.getBytes(StandardCharsets.UTF_8), builder))
        .isInstanceOf(MalformedRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e-999999999",
        "1e999999999",
        "1e400",
        "-1e-2147483647",
        "99999999999999999999999999999999"
      })
  void aTimestampOfAnyLengthIsRefusedAtOnce(String number) {
    refused(
        CreateEventSourceMappingRequest.builder(),
        "{\"StartingPositionTimestamp\":" + number + "}");
    assertThatThrownBy(() -> Scalars.instant(number, Format.UNIX_TIMESTAMP, false))
        .isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void aTimestampKeepsItsFraction() {
    assertThat(Scalars.fromSeconds(new BigDecimal("1398796238.123456789")))
        .isEqualTo(Instant.ofEpochSecond(1_398_796_238, 123_456_789));
    assertThat(Scalars.fromSeconds(new BigDecimal("-0.5"))).isEqualTo(Instant.ofEpochMilli(-500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "123456789012345678901234567890", "0.5", "1e30", "\"7\""})
  void anEnormousNumberIsRefusedWhereAWholeOneIsMeant(String number) {
    refused(ReceiveMessageRequest.builder(), "{\"MaxNumberOfMessages\":" + number + "}");
    refused(InputLogEvent.builder(), "{\"timestamp\":" + number + "}");
  }

  @Test
  void nullIsNoElementOfAListOrMap() {
    refused(ReceiveMessageRequest.builder(), "{\"AttributeNames\":[null]}");
    refused(PutItemRequest.builder(), "{\"Item\":{\"a\":null}}");
    refused(PutItemRequest.builder(), "{\"Item\":{\"a\":{\"L\":[null]}}}");
  }

  @Test
  void nestingHasAnEnd() {
    refused(PutItemRequest.builder(), "{\"Item\":{\"a\":" + "{\"L\":[".repeat(5000));
    refused(PutItemRequest.builder(), "{\"unknown\":" + "[".repeat(5000));
    assertThatThrownBy(() -> XmlElement.parse("<a>".repeat(5000).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedRequestException.class);
    var form = Map.of("a" + ".b".repeat(5000), "1");
    assertThatThrownBy(
            () -> new FormShapes(Names.PLAIN, false).read(form, PublishRequest.builder()))
        .isInstanceOf(MalformedRequestException.class);
    var arrays = new byte[5000];
    java.util.Arrays.fill(arrays, (byte) 0x9F);
    arrays[0] = (byte) 0xBF;
    arrays[1] = 0x61;
    arrays[2] = 'a';
    assertThatThrownBy(() -> CBOR.read(arrays, PutItemRequest.builder()))
        .isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void lengthsThatAreNotThereTakeNoMemory() {
    // A map with a byte string of two billion bytes, of which none follows.
    var body =
        new byte[] {(byte) 0xA1, 0x61, 'B', 0x5A, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    assertThatThrownBy(() -> CBOR.read(body, AttributeValue.builder()))
        .isInstanceOf(MalformedRequestException.class);
    // A map that announces two billion entries.
    var map = new byte[] {(byte) 0xBA, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    assertThatThrownBy(() -> CBOR.read(map, AttributeValue.builder()))
        .isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void entitiesAreRefused() {
    var bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> XmlElement.parse(bomb)).isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void theLastOfTwoMembersOfOneNameCounts() {
    var builder = ReceiveMessageRequest.builder();
    var body = "{\"QueueUrl\":\"a\",\"QueueUrl\":\"b\"}".getBytes(StandardCharsets.UTF_8);
    JSON.read(body, builder);
    assertThat(builder.build().queueUrl()).isEqualTo("b");
  }
}
