package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Key;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class EventFormatTest {
  @Test
  void aDelivery() {
    var delivery = new Delivery("e", 2, 1000, "o", "t");
    var bytes = "01" + "0265" + "04" + "d00f" + "026f" + "0274";
    assertThat(HexFormat.of().formatHex(Delivery.CODEC.encode(delivery))).isEqualTo(bytes);
    assertThat(Delivery.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(delivery);
  }

  @Test
  void theKeyOfADelivery() {
    var rule = new RuleKey(new BusKey(new Scope("a", "r"), "b"), "n");
    var key = new Delivery.Key(new TargetKey(rule, "i"), 1, 2);
    var writer = new Key.Writer();
    Delivery.Key.CODEC.write(key, writer);
    var bytes =
        "610000"
            + "720000"
            + "620000"
            + "6e0000"
            + "690000"
            + "8000000000000001"
            + "8000000000000002";
    assertThat(HexFormat.of().formatHex(writer.toBytes())).isEqualTo(bytes);
    assertThat(Delivery.Key.CODEC.read(new Key.Reader(writer.toBytes(), 0))).isEqualTo(key);
  }

  @Test
  void theKeyOfAnArchivedEvent() {
    var at = new ArchiveStore.At(new BusKey(new Scope("a", "r"), "b"), 1, 2);
    var writer = new Key.Writer();
    ArchiveStore.At.CODEC.write(at, writer);
    assertThat(HexFormat.of().formatHex(writer.toBytes()))
        .isEqualTo("610000" + "720000" + "620000" + "8000000000000001" + "8000000000000002");
    assertThat(ArchiveStore.At.CODEC.read(new Key.Reader(writer.toBytes(), 0))).isEqualTo(at);
  }
}
