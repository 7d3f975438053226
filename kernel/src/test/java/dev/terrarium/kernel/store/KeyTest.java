package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyTest {
  @Seeded(tries = 2000)
  void bytesSortAsTheirPartsDo(Seed seed) {
    var random = seed.random();
    var a = text(random);
    var b = text(random);
    var m = number(random);
    var n = number(random);
    var byText = Arrays.compareUnsigned(utf8(a), utf8(b));
    var expected = byText != 0 ? byText : Long.compare(m, n);
    assertThat(Integer.signum(Arrays.compareUnsigned(Key.of(a, m), Key.of(b, n))))
        .isEqualTo(Integer.signum(expected));
    var byNumber = Long.compare(m, n) != 0 ? Long.compare(m, n) : byText;
    assertThat(Integer.signum(Arrays.compareUnsigned(Key.of(m, a), Key.of(n, b))))
        .isEqualTo(Integer.signum(byNumber));
  }

  @Seeded(tries = 500)
  void readsWhatItWrote(Seed seed) {
    var random = seed.random();
    var text = text(random);
    var number = number(random);
    var reader =
        new Key.Reader(Key.of("skipped", text, number, utf8(text)), Key.of("skipped").length);
    assertThat(reader.string()).isEqualTo(text);
    assertThat(reader.number()).isEqualTo(number);
    assertThat(reader.bytes()).isEqualTo(utf8(text));
    assertThat(reader.rest()).isEmpty();
  }

  @Seeded(tries = 500)
  void whatComesAfterAPrefixIsBehindAllItsExtensions(Seed seed) {
    var random = seed.random();
    var prefix = Key.of(text(random));
    var extension = new Key.Writer().raw(prefix).raw(Key.of(number(random), text(random)));
    var after = Key.after(prefix);
    assertThat(after).isNotNull();
    assertThat(Arrays.compareUnsigned(extension.toBytes(), after)).isNegative();
    assertThat(Arrays.compareUnsigned(prefix, after)).isNegative();
  }

  @Test
  void nothingComesAfterTheGreatestPrefix() {
    assertThat(Key.after(new byte[] {(byte) 0xFF, (byte) 0xFF})).isNull();
    assertThat(Key.after(new byte[] {1, (byte) 0xFF})).containsExactly(2);
  }

  @Test
  void theFormatNeverChanges() {
    assertThat(HexFormat.of().formatHex(Key.of("a\0b", -1L, 0L, Long.MAX_VALUE, "")))
        .isEqualTo(
            "6100ff620000" + "7fffffffffffffff" + "8000000000000000" + "ffffffffffffffff" + "0000");
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("\0\1a\u00ff\uffee".charAt(random.nextInt(5)));
    }
    return text.toString();
  }

  private static long number(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(3) - 1;
      case 1 -> Long.MIN_VALUE + random.nextInt(2);
      case 2 -> Long.MAX_VALUE - random.nextInt(2);
      default -> random.nextLong();
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
