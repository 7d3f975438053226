package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Records of the Kinesis Producer Library, and how they are stored here.
final class AggregatedTest {
  /// The message: one partition key `k`, and the records `one` and `two` under it.
  @Test
  void recordsThatWerePutTogetherAreTakenApart() {
    var message = "0a016b" + "1a07" + "0800" + "1a036f6e65" + "1a07" + "0800" + "1a0374776f";
    var digest = "00".repeat(16);
    var parts = Aggregated.split(HexFormat.of().parseHex("f3899ac2" + message + digest));
    assertThat(parts)
        .extracting(part -> new String(part, StandardCharsets.UTF_8))
        .containsExactly("one", "two");
  }

  @Test
  void anythingElseIsOneRecord() {
    var text = "just a text, rather long for what it says".getBytes(StandardCharsets.UTF_8);
    assertThat(Aggregated.split(text)).containsExactly(text);
    var damaged = HexFormat.of().parseHex("f3899ac2" + "ff".repeat(30));
    assertThat(Aggregated.split(damaged)).containsExactly(damaged);
  }

  @Test
  void aRecordIsStoredAsItEverWas() {
    var origin = new BufferedRecord.Origin("s", "k", "1", 2);
    var record = new BufferedRecord(3, new byte[] {4, 5}, origin);
    var bytes = "01" + "06" + "040405" + "02" + "0273" + "026b" + "0231" + "04";
    assertThat(HexFormat.of().formatHex(BufferedRecord.CODEC.encode(record))).isEqualTo(bytes);
    var read = BufferedRecord.CODEC.decode(HexFormat.of().parseHex(bytes));
    assertThat(read.origin()).isEqualTo(origin);
    assertThat(read.data()).containsExactly(4, 5);
  }
}
