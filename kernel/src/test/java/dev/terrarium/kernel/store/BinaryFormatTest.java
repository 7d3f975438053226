package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BinaryFormatTest {
  @Seeded(tries = 300)
  void readsWhatItWrote(Seed seed) {
    var random = seed.random();
    var number = random.nextLong() >> random.nextInt(64);
    var bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    var moment = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    var strings = new LinkedHashMap<String, String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      strings.put("n" + random.nextInt(), "\u20ac" + i);
    }
    var writer = new BinaryWriter(7);
    writer.number(number).bytes(bytes).instant(moment).strings(strings).flag(true);
    writer.optional("x", BinaryWriter::string).optional((String) null, BinaryWriter::string);
    writer.list(List.of(1L, -1L), BinaryWriter::number);
    var reader = new BinaryReader(writer.toBytes());
    assertThat(reader.version()).isEqualTo(7);
    assertThat(reader.number()).isEqualTo(number);
    assertThat(reader.bytes()).isEqualTo(bytes);
    assertThat(reader.instant()).isEqualTo(moment);
    assertThat(reader.strings()).isEqualTo(strings);
    assertThat(reader.flag()).isTrue();
    assertThat(reader.optional(BinaryReader::string)).isEqualTo("x");
    assertThat(reader.optional(BinaryReader::string)).isNull();
    assertThat(reader.list(BinaryReader::number)).containsExactly(1L, -1L);
  }

  @Test
  void theFormatNeverChanges() {
    var writer = new BinaryWriter(3);
    writer.number(-1).number(300).flag(true).string("h\u00e9").instant(Instant.ofEpochSecond(1, 2));
    writer.strings(Map.of("a", "b"));
    assertThat(HexFormat.of().formatHex(writer.toBytes()))
        .isEqualTo("03" + "01" + "d804" + "02" + "0668c3a9" + "0204" + "0202610262");
  }

  @Test
  void whatIsCutOffIsNeverReadAsSomethingElse() {
    var whole = new BinaryWriter(1).number(Long.MAX_VALUE).string("a long string").toBytes();
    for (int length = 0; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(
              () -> {
                var reader = new BinaryReader(cut);
                reader.number();
                reader.string();
              })
          .isInstanceOf(StoreException.class);
    }
  }

  @Test
  void aLaterFormatIsRefused() {
    Codec<String> old = Codec.of(1, (v, w) -> w.string(v), BinaryReader::string);
    Codec<String> later = Codec.of(2, (v, w) -> w.string(v), BinaryReader::string);
    assertThat(later.decode(old.encode("x"))).isEqualTo("x");
    assertThatThrownBy(() -> old.decode(later.encode("x")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("format 2");
  }
}
