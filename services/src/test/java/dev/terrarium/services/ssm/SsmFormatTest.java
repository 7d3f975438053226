package dev.terrarium.services.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.model.GetResourcePoliciesResponseEntry;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class SsmFormatTest {
  @Test
  void aParameter() {
    var policy = GetResourcePoliciesResponseEntry.builder().policyId("p").build();
    var head = new Head(3, Map.of("l", 2L), Map.of("a", "b"), List.of(policy));
    var bytes =
        "01" + "06" + "02026c" + "0204" + "0202610262" + "0202" + "10506f6c6963794964" + "020270";
    assertThat(HexFormat.of().formatHex(Head.CODEC.encode(head))).isEqualTo(bytes);
    assertThat(Head.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(head);
  }
}
