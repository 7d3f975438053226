package dev.terrarium.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// AWS's published examples: the *Signature Version 4 test suite* of the general reference, whose
/// key, date and host all its cases share, and the worked examples of the S3 API reference
/// (*Authenticating requests*, *sigv4-streaming*, *sigv4-query-string-auth*).
class SigV4Test {
  private static final String SUITE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String SUITE_DATE = "20150830T123600Z";
  private static final String S3_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String S3_DATE = "20130524T000000Z";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "/example/.. | 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "//example// | 9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        "/./example | ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
        "/example space/ | 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        "/ሴ | 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            + " | 07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "/?Param1=value1 | a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        "/?Param2=value2&Param1=value1"
            + " | b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"
            + " | 371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        "/?ሴ=bar | 2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
      })
  void pathsAndQueriesAreSignedInTheirCanonicalForm(String target, String signature) {
    assertThat(suite("GET", target, "host;x-amz-date")).isEqualTo(signature);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "my-header1:value2,value2,value1"
            + " | c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "my-header1:value4,value1,value3,value2"
            + " | 08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        "my-header1: value1;my-header2: \"a   b   c\""
            + " | acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
      })
  void headersAreJoinedInTheirOrderAndTrimmed(String headers, String signature) {
    var lines = new ArrayList<String>();
    for (var header : headers.split(";")) {
      var colon = header.indexOf(':');
      for (var value : header.substring(colon + 1).split(",")) {
        lines.add(header.substring(0, colon + 1) + value);
      }
    }
    var names = lines.stream().map(line -> line.split(":")[0]).distinct().toList();
    var signed = "host;" + String.join(";", names) + ";x-amz-date";
    assertThat(suite("GET", "/", signed, lines.toArray(String[]::new))).isEqualTo(signature);
  }

  @Test
  void methodAndSessionTokenAreSigned() {
    assertThat(suite("POST", "/", "host;my-header1;x-amz-date", "my-header1:value1"))
        .isEqualTo("c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c");
    assertThat(
            suite(
                "GET",
                "/",
                "host;x-amz-date;x-amz-security-token",
                "x-amz-security-token:"
                    + "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"))
        .isEqualTo("07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8");
  }

  @Test
  void aPresignedQueryIsSignedWithoutItsSignature() {
    var target =
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1"
            + "%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host"
            + "&X-Amz-Expires=3600&X-Amz-Signature=x";
    assertThat(suite("GET", target, "host"))
        .isEqualTo("e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/test.txt | range:bytes=0-9 | host;range;x-amz-content-sha256;x-amz-date"
            + " | f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        "/?lifecycle | x:y | host;x-amz-content-sha256;x-amz-date"
            + " | fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        "/?max-keys=2&prefix=J | x:y | host;x-amz-content-sha256;x-amz-date"
            + " | 34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
      })
  void theExamplesOfS3Hold(String target, String header, String signed, String signature) {
    var request =
        request(
            "GET",
            target,
            "host:examplebucket.s3.amazonaws.com",
            "x-amz-date:" + S3_DATE,
            "x-amz-content-sha256:" + SigV4.EMPTY_HASH,
            header);
    assertThat(s3(request, signed, SigV4.EMPTY_HASH)).isEqualTo(signature);
  }

  @Test
  void thePresignedExampleOfS3Holds() {
    var target =
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F"
            + "20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
            + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    var request = request("GET", target, "host:examplebucket.s3.amazonaws.com");
    assertThat(s3(request, "host", "UNSIGNED-PAYLOAD"))
        .isEqualTo("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  /// As AWS's Common Runtime signed it; these signatures differ from one time to the next.
  @Test
  void anAsymmetricSignatureHolds() {
    var request =
        request(
            "GET",
            "/",
            "host:example.amazonaws.com",
            "x-amz-date:" + SUITE_DATE,
            "x-amz-region-set:us-east-1",
            "x-amz-content-sha256:" + SigV4.EMPTY_HASH,
            "authorization:AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/"
                + "aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;"
                + "x-amz-region-set, Signature="
                + "304502200dfaa8a889095ef3766fe56a3f9d5b28b264b74261937438437e54b819dc6cb6022100bc"
                + "5aed0eb5686540b327941b086c8e47db9a08fe01052f5faeeeecb8bc5a3059");
    var identity = Objects.requireNonNull(Identity.of(request));
    var key = SigningKey.of(SUITE_SECRET, identity);
    var text = SigV4.requestText(request, identity, SUITE_DATE, SigV4.EMPTY_HASH);
    assertThat(identity.asymmetric()).isTrue();
    assertThat(identity.region()).isEqualTo("us-east-1");
    assertThat(key.signed(text, identity.signature())).isTrue();
    assertThat(key.signed(text + "x", identity.signature())).isFalse();
    var signature = identity.signature();
    for (int i = 0; i < signature.length(); i += 7) {
      var other = (signature.charAt(i) == '1' ? '2' : '1');
      var changed = signature.substring(0, i) + other + signature.substring(i + 1);
      assertThat(key.signed(text, changed)).as(changed).isFalse();
    }
    assertThat(key.signed(text, "")).isFalse();
    assertThat(key.signed(text, "30060201000201")).isFalse();
    assertThat(key.signed(text, "3006020100020100")).isFalse();
    assertThat(key.signed(text, "f".repeat(140))).isFalse();
  }

  private static final String SEED =
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  private static final String FIRST =
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
  private static final String SECOND =
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
  private static final String LAST =
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";

  @Test
  void theChunkedExampleOfS3Holds() throws IOException {
    var request =
        request(
            "PUT",
            "/examplebucket/chunkObject.txt",
            "host:s3.amazonaws.com",
            "x-amz-date:" + S3_DATE,
            "x-amz-storage-class:REDUCED_REDUNDANCY",
            "x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "content-encoding:aws-chunked",
            "x-amz-decoded-content-length:66560",
            "content-length:66824");
    var signed =
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            + "x-amz-decoded-content-length;x-amz-storage-class";
    assertThat(s3(request, signed, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")).isEqualTo(SEED);
    try (var stream = chunks(FIRST, SECOND, LAST)) {
      assertThat(stream.readAllBytes()).hasSize(66_560).containsOnly('a');
    }
  }

  @Test
  void whoReadsJustWhatWasAnnouncedGetsNothingUnsigned() throws IOException {
    var wrong = "0".repeat(64);
    for (var stream :
        List.of(
            chunks(wrong, SECOND, LAST),
            chunks(FIRST, wrong, LAST),
            chunks(FIRST, SECOND, wrong))) {
      assertThatThrownBy(() -> stream.readNBytes(66_560))
          .isInstanceOf(AwsServiceException.class)
          .hasMessageContaining("signature we calculated does not match");
    }
  }

  private static InputStream chunks(String first, String second, String last) throws IOException {
    var identity = identity("AKIAIOSFODNN7EXAMPLE", S3_DATE, "s3", "", SEED);
    var body = new ByteArrayOutputStream();
    chunk(body, 65_536, first);
    chunk(body, 1024, second);
    chunk(body, 0, last);
    assertThat(body.size()).isEqualTo(66_824);
    return new AwsChunkedStream(
        new ByteArrayInputStream(body.toByteArray()),
        66_560,
        new ChunkSignatures(identity, SigningKey.of(S3_SECRET, identity), S3_DATE, false));
  }

  private static void chunk(ByteArrayOutputStream out, int length, String signature)
      throws IOException {
    var data = new byte[length];
    Arrays.fill(data, (byte) 'a');
    var head = Integer.toHexString(length) + ";chunk-signature=" + signature + "\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static String suite(String method, String target, String signed, String... headers) {
    var all = new ArrayList<>(List.of("host:example.amazonaws.com", "x-amz-date:" + SUITE_DATE));
    all.addAll(List.of(headers));
    var request = request(method, target, all.toArray(String[]::new));
    var identity = identity("AKIDEXAMPLE", SUITE_DATE, "service", signed, "");
    var key = SigV4.key(SUITE_SECRET, identity);
    return SigV4.sign(key, SigV4.requestText(request, identity, SUITE_DATE, SigV4.EMPTY_HASH));
  }

  private static String s3(WireRequest request, String signed, String payload) {
    var identity = identity("AKIAIOSFODNN7EXAMPLE", S3_DATE, "s3", signed, "");
    var key = SigV4.key(S3_SECRET, identity);
    return SigV4.sign(key, SigV4.requestText(request, identity, S3_DATE, payload));
  }

  private static Identity identity(
      String keyId, String date, String service, String signed, String signature) {
    return new Identity(
        keyId, date.substring(0, 8), "us-east-1", service, signed, signature, false, false);
  }

  private static WireRequest request(String method, String target, String... lines) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (var line : lines) {
      var colon = line.indexOf(':');
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(line.substring(colon + 1));
    }
    var mark = target.indexOf('?');
    return new WireRequest(
        method,
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? "" : target.substring(mark + 1),
        headers,
        InputStream.nullInputStream(),
        "127.0.0.1");
  }
}
