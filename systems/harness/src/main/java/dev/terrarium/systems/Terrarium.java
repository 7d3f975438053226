package dev.terrarium.systems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a Terrarium offers beside AWS's services: time, faults, the meter, the mailbox.
public final class Terrarium {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Terrarium(URI endpoint) {
    this.endpoint = endpoint;
  }

  /// What its clock shows.
  public Instant now() {
    return Instant.parse(get("/_terrarium/clock").path("now").asText());
  }

  /// Moves the clock; what falls due on the way happens.
  void advance(Duration time) {
    post("/_terrarium/clock", JSON.createObjectNode().put("advance", time.toString()));
  }

  /// Plans one kind of disturbance at one point.
  public void disturb(long seed, String point, String kind, double probability) {
    var plan = JSON.createObjectNode().put("seed", seed);
    plan.putArray("rules")
        .addObject()
        .put("point", point)
        .put("kind", kind)
        .put("probability", probability);
    post("/_terrarium/faults", plan);
  }

  /// Plans that some of what passes a point passes later.
  public void delay(long seed, String point, double probability, Duration delay) {
    var plan = JSON.createObjectNode().put("seed", seed);
    plan.putArray("rules")
        .addObject()
        .put("point", point)
        .put("kind", "DELAY")
        .put("probability", probability)
        .put("delay", delay.toString());
    post("/_terrarium/faults", plan);
  }

  /// Forgets the plan.
  public void disturbNoMore() {
    var plan = JSON.createObjectNode();
    plan.putArray("rules");
    post("/_terrarium/faults", plan);
  }

  /// What AWS would have billed so far.
  public Map<String, Double> meter() {
    var amounts = new TreeMap<String, Double>();
    get("/_terrarium/meter")
        .properties()
        .forEach(item -> amounts.put(item.getKey(), item.getValue().asDouble()));
    return amounts;
  }

  /// A mail that arrived.
  public record Mail(String subject, String body) {}

  /// What somebody was sent, oldest first.
  public List<Mail> mails(String to) {
    var mails = new ArrayList<Mail>();
    var address = URLEncoder.encode(to, StandardCharsets.UTF_8);
    for (var mail : get("/_terrarium/mail?to=" + address).path("mails")) {
      mails.add(new Mail(mail.path("subject").asText(), mail.path("body").asText()));
    }
    return mails;
  }

  /// Follows a link in a mail.
  public void visit(URI link) {
    var answer = send(HttpRequest.newBuilder(link).GET());
    if (answer.statusCode() >= 400) {
      throw new IllegalStateException(link + " answers " + answer.statusCode());
    }
  }

  private JsonNode get(String path) {
    return tree(send(HttpRequest.newBuilder(endpoint.resolve(path)).GET()));
  }

  private void post(String path, JsonNode body) {
    tree(
        send(
            HttpRequest.newBuilder(endpoint.resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
  }

  private static JsonNode tree(HttpResponse<String> answer) {
    try {
      if (answer.statusCode() >= 400) {
        throw new IllegalStateException(answer.uri() + " answers " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(answer.uri() + " answers " + answer.body(), e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("The cloud at " + endpoint + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
