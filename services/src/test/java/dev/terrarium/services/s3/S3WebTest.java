package dev.terrarium.services.s3;

import static dev.terrarium.services.s3.S3ObjectsTest.codeOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;
import software.amazon.awssdk.services.s3.model.RoutingRule;

class S3WebTest {
  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);
  private final S3Web web = new S3Web(cloud);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("box"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aWebsiteServesDocumentsRedirectsAndErrorPages() throws IOException {
    assertThat(get("x").status()).isEqualTo(404);
    var old =
        RoutingRule.builder()
            .condition(c -> c.keyPrefixEquals("old/"))
            .redirect(r -> r.replaceKeyPrefixWith("new/").httpRedirectCode("302"))
            .build();
    s3.putBucketWebsite(b ->
        b.bucket("box")
            .websiteConfiguration(w ->
                w.indexDocument(i -> i.suffix("index.html"))
                    .errorDocument(e -> e.key("error.html"))
                    .routingRules(old)));
    put("docs/index.html", "welcome");
    assertThat(body(get("docs/"))).isEqualTo("welcome");
    assertThat(get("docs").headers()).containsEntry("Location", "/docs/");
    assertThat(get("docs").status()).isEqualTo(302);
    assertThat(get("old/a").headers()).containsEntry("Location", "http://site/new/a");
    assertThat(body(get("no")))
        .contains("<li>Code: NoSuchKey</li>")
        .contains("Custom Error Document");
    put("error.html", "sorry");
    var missing = get("no");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(body(missing)).isEqualTo("sorry");
  }

  @Test
  void corsRulesAreEvaluatedInOrder() {
    assertThat(web.cors("box", "https://a.example", "GET", List.of())).isEmpty();
    s3.putBucketCors(b ->
        b.bucket("box")
            .corsConfiguration(c ->
                c.corsRules(
                    CORSRule.builder()
                        .allowedOrigins("https://*.example")
                        .allowedMethods("GET", "PUT")
                        .allowedHeaders("x-*")
                        .maxAgeSeconds(60)
                        .build())));
    var answer = web.cors("box", "https://a.example", "PUT", List.of("X-One")).orElseThrow();
    assertThat(answer.headers())
        .containsEntry("Access-Control-Allow-Origin", "https://a.example")
        .containsEntry("Access-Control-Allow-Methods", "GET, PUT")
        .containsEntry("Access-Control-Allow-Headers", "x-one")
        .containsEntry("Access-Control-Max-Age", "60");
    assertThat(web.cors("box", "https://a.example", "DELETE", List.of())).isEmpty();
    assertThat(web.cors("box", "https://a.example", "GET", List.of("y"))).isEmpty();
    assertThat(web.cors("box", "http://a.example", "GET", List.of())).isEmpty();
  }

  @Test
  void aFormIsHeldToItsPolicy() throws IOException {
    var policy =
        """
        {"expiration":"2099-01-01T00:00:00Z","conditions":[{"bucket":"box"},
        ["starts-with","$key","in/"],["content-length-range",2,5],
        ["eq","$success_action_status","201"]]}\
        """;
    var fields = new HashMap<String, String>();
    fields.put("key", "in/${filename}");
    fields.put("success_action_status", "201");
    fields.put("policy", Base64.getEncoder().encodeToString(policy.getBytes(UTF_8)));
    var done = post(fields, "abc");
    assertThat(done.status()).isEqualTo(201);
    assertThat(body(done)).contains("<Key>in/a.txt</Key>");
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("in/a.txt")).asUtf8String())
        .isEqualTo("abc");
    assertThat(codeOf(() -> post(fields, "abcdef"))).isEqualTo("400 EntityTooLarge");
    assertThat(codeOf(() -> post(fields, "a"))).isEqualTo("400 EntityTooSmall");
    fields.put("acl", "private");
    assertThat(codeOf(() -> post(fields, "abc"))).isEqualTo("403 AccessDenied");
    fields.remove("acl");
    fields.put("key", "out/x");
    assertThat(codeOf(() -> post(fields, "abc"))).isEqualTo("403 AccessDenied");
  }

  private WebsiteResponse post(Map<String, String> fields, String text) {
    return web.postObject("box", fields, "a.txt", new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private WebsiteResponse get(String key) {
    return web.respond("box", key, "GET", Map.of("host", "site"));
  }

  private static String body(WebsiteResponse response) throws IOException {
    try (var body = response.body()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  private void put(String key, String text) {
    s3.putObject(b -> b.bucket("box").key(key), RequestBody.fromString(text));
  }
}
