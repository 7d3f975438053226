package dev.terrarium.services.sts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Credentials;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is on disk today must be readable for ever.
class SessionFormatTest {
  private static final String FIRST = "026b02730274026102720275" + "0200";

  @Test
  void aSession() {
    var marks =
        new Credentials.Session("p", List.of("x"), Map.of("b", "c"), List.of("b"), "i", "j");
    var session =
        new Sessions.Session("k", "s", "t", "a", "r", "u", Instant.ofEpochSecond(1), marks);
    var bytes = "02" + FIRST + "020270" + "020278" + "0202620263" + "020262" + "0269" + "026a";
    assertThat(HexFormat.of().formatHex(Sessions.CODEC.encode(session))).isEqualTo(bytes);
    assertThat(Sessions.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(session);
  }

  @Test
  void aSessionOfTheFirstVersionHasNoMarks() {
    var session = Sessions.CODEC.decode(HexFormat.of().parseHex("01" + FIRST));
    assertThat(session.arn()).isEqualTo("r");
    assertThat(session.marks()).isEqualTo(Credentials.Session.NONE);
  }
}
