package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/// A cloud whose clock stands, and short words for tables and items.
abstract class TableFixture {
  final MemoryStore store = new MemoryStore();
  final Cloud cloud =
      Cloud.builder()
          .store(store)
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .build();
  final DynamoDbClient dynamo = cloud.client(DynamoDbClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  /// A table with the partition key `pk` and the sort key `sk`, both strings.
  void table(String name) {
    dynamo.createTable(t ->
        t.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(defined("pk", "S"), defined("sk", "S"))
            .keySchema(hash("pk"), range("sk")));
  }

  /// A table with the partition key `pk` of some type.
  void simpleTable(String name, String type) {
    dynamo.createTable(t ->
        t.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(defined("pk", type))
            .keySchema(hash("pk")));
  }

  static AttributeDefinition defined(String name, String type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  static KeySchemaElement hash(String name) {
    return KeySchemaElement.builder().attributeName(name).keyType(KeyType.HASH).build();
  }

  static KeySchemaElement range(String name) {
    return KeySchemaElement.builder().attributeName(name).keyType(KeyType.RANGE).build();
  }

  static AttributeValue s(String text) {
    return AttributeValue.fromS(text);
  }

  static AttributeValue n(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  static String s(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name).s();
  }

  static String n(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name).n();
  }

  /// Names and values by turns; strings and numbers stand for themselves.
  static Map<String, AttributeValue> item(Object... parts) {
    var item = new LinkedHashMap<String, AttributeValue>();
    for (int i = 0; i < parts.length; i += 2) {
      item.put((String) parts[i], value(parts[i + 1]));
    }
    return item;
  }

  static AttributeValue value(Object value) {
    return switch (value) {
      case AttributeValue given -> given;
      case String text -> s(text);
      case Integer number -> n(number);
      case Boolean bool -> AttributeValue.fromBool(bool);
      case List<?> list -> AttributeValue.fromL(list.stream().map(TableFixture::value).toList());
      case Map<?, ?> map -> {
        var members = new LinkedHashMap<String, AttributeValue>();
        map.forEach((name, member) -> members.put((String) name, value(member)));
        yield AttributeValue.fromM(members);
      }
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  void put(String table, Object... parts) {
    dynamo.putItem(p -> p.tableName(table).item(item(parts)));
  }

  Map<String, AttributeValue> get(String table, Object... key) {
    return dynamo.getItem(g -> g.tableName(table).key(item(key))).item();
  }

  void pass(Duration time) {
    cloud.timers().advance(time);
  }

  /// The code and message of the error that a call ends in.
  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    Assertions.assertThat(thrown).as("An error").isNotNull();
    return Errors.code(thrown) + ": " + Errors.message(thrown);
  }

  static String invalid(ThrowingCallable call) {
    var error = error(call);
    Assertions.assertThat(error).startsWith("ValidationException: ");
    return error.substring("ValidationException: ".length());
  }
}
