package dev.terrarium.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.wire.codec.MalformedRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Bodies that are not what was announced.
class BodiesTest {
  private static final byte[] BODY = "some body".getBytes(StandardCharsets.UTF_8);

  private static HashedStream hashed(String hash, long length) {
    return new HashedStream(new ByteArrayInputStream(BODY), hash, length);
  }

  @Test
  void aBodyWithTheHashItWasSignedWithIsRead() throws IOException {
    assertThat(hashed(SigV4.hash(BODY), BODY.length).readAllBytes()).isEqualTo(BODY);
    assertThat(hashed(SigV4.hash(BODY), -1).readAllBytes()).isEqualTo(BODY);
    assertThat(hashed(SigV4.EMPTY_HASH, 0).readNBytes(0)).isEmpty();
  }

  @Test
  void theLastByteOfAFalseBodyIsNotHandedOut() throws IOException {
    var false9 = hashed(SigV4.EMPTY_HASH, BODY.length);
    assertThat(false9.readNBytes(BODY.length - 1)).hasSize(BODY.length - 1);
    assertThatThrownBy(false9::read)
        .isInstanceOf(AwsServiceException.class)
        .hasMessageContaining("x-amz-content-sha256");
    assertThatThrownBy(() -> hashed(SigV4.EMPTY_HASH, BODY.length).readNBytes(BODY.length))
        .isInstanceOf(AwsServiceException.class);
    assertThatThrownBy(() -> hashed(SigV4.EMPTY_HASH, -1).readAllBytes())
        .isInstanceOf(AwsServiceException.class);
    assertThatThrownBy(() -> hashed(SigV4.hash(BODY), 0)).isInstanceOf(AwsServiceException.class);
  }

  private static AwsChunkedStream chunked(String framed, long length) throws IOException {
    var in = new ByteArrayInputStream(framed.getBytes(StandardCharsets.UTF_8));
    return new AwsChunkedStream(in, length, AwsChunkedStream.Watcher.NONE);
  }

  @Test
  void trailersAreThereOnceTheAnnouncedLengthWasRead() throws IOException {
    var framed = "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
    try (var stream = chunked(framed, 5)) {
      assertThat(stream.readNBytes(5)).asString(StandardCharsets.UTF_8).isEqualTo("abcde");
      assertThat(stream.trailers()).containsEntry("x-amz-checksum-crc32", "AAAA");
    }
    try (var empty = chunked("0\r\nx-amz-checksum-crc32:BBBB\r\n\r\n", 0)) {
      assertThat(empty.trailers()).containsEntry("x-amz-checksum-crc32", "BBBB");
    }
  }

  @Test
  void moreOrLessThanWasAnnouncedIsRefused() {
    assertThatThrownBy(() -> chunked("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n", 3).readNBytes(3))
        .isInstanceOf(AwsServiceException.class);
    assertThatThrownBy(() -> chunked("3\r\nabc\r\n0\r\n\r\n", 4).readAllBytes())
        .isInstanceOf(AwsServiceException.class);
    assertThatThrownBy(() -> chunked("5\r\nabcde\r\n0\r\n\r\n", 3).readAllBytes())
        .isInstanceOf(AwsServiceException.class);
    assertThatThrownBy(() -> chunked("1\r\na\r\n0\r\n\r\n", 0))
        .isInstanceOf(AwsServiceException.class);
  }

  @Test
  void aFormHasAnEnd() {
    assertThat(WireRequest.parameters("a=1&b=2&".repeat(50_000))).hasSize(2);
    assertThatThrownBy(() -> WireRequest.parameters("a&".repeat(200_001)))
        .isInstanceOf(MalformedRequestException.class);
    var request =
        new WireRequest(
            "POST", "/", "", Map.of(), new ByteArrayInputStream(new byte[101]), "127.0.0.1");
    assertThatThrownBy(() -> request.bytes(100)).isInstanceOf(MalformedRequestException.class);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void gzipIsUndoneInTheOrderInWhichItWasDone() throws IOException {
    assertThat(WireRequest.inflated(gzip(BODY), "gzip")).isEqualTo(BODY);
    assertThat(WireRequest.inflated(gzip(gzip(BODY)), "gzip, gzip")).isEqualTo(BODY);
    assertThat(WireRequest.inflated(gzip(BODY), "identity, gzip")).isEqualTo(BODY);
    assertThat(WireRequest.inflated(BODY, "")).isEqualTo(BODY);
  }

  @Test
  void aBombIsNotUnpacked() throws IOException {
    var bomb = gzip(new byte[WireRequest.INFLATED_BYTES_MAX + 1]);
    assertThat(bomb).hasSizeLessThan(20_000);
    assertThatThrownBy(() -> WireRequest.inflated(bomb, "gzip"))
        .isInstanceOf(MalformedRequestException.class)
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> WireRequest.inflated(BODY, "gzip"))
        .isInstanceOf(MalformedRequestException.class)
        .hasMessageContaining("not gzip");
  }
}
