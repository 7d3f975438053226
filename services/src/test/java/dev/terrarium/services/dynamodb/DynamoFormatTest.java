package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.KeyBytes;
import dev.terrarium.services.dynamodb.value.Numbers;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BooleanValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class DynamoFormatTest {
  @Test
  void anItem() {
    var item = new LinkedHashMap<String, Value>();
    item.put("s", new StringValue("ab"));
    item.put("n", Numbers.parse("-1.5"));
    item.put("l", new ListValue(List.of(new BooleanValue(true), NullValue.NULL)));
    var bytes =
        "01" + "06" + "0273" + "02046162" + "026e" + "041d02" + "026c" + "1604" + "0c" + "0e";
    assertThat(HexFormat.of().formatHex(ItemCodec.ITEM.encode(item))).isEqualTo(bytes);
    assertThat(ItemCodec.ITEM.decode(HexFormat.of().parseHex(bytes))).isEqualTo(item);
  }

  @Test
  void aKey() {
    assertThat(HexFormat.of().formatHex(KeyBytes.of(Numbers.parse("123")))).isEqualTo("81840d1f00");
    assertThat(HexFormat.of().formatHex(KeyBytes.of(Numbers.parse("-123"))))
        .isEqualTo("7f7bf2e0ff");
    assertThat(HexFormat.of().formatHex(KeyBytes.of(Numbers.parse("0")))).isEqualTo("80");
    assertThat(KeyBytes.spread(KeyBytes.of(new StringValue("a")))).isEqualTo(SPREAD_OF_A);
  }

  /// Part of every key on disk.
  private static final int SPREAD_OF_A = -822354206;

  @Test
  void aCount() {
    var tally = new Tally(Map.of("", new Tally.Count(2, 100)));
    var bytes = "01" + "02" + "00" + "04" + "c801";
    assertThat(HexFormat.of().formatHex(Tally.CODEC.encode(tally))).isEqualTo(bytes);
    assertThat(Tally.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(tally);
  }
}
