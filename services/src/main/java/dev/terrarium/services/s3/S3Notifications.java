package dev.terrarium.services.s3;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.*;

/// Which events of a bucket are told to whom, and telling them.
final class S3Notifications implements S3Part, Hooks.Hook {
  private final Cloud cloud;
  private final Buckets buckets;
  private final Deliveries deliveries;

  S3Notifications(Cloud cloud, Buckets buckets, Deliveries deliveries) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.deliveries = deliveries;
  }

  /// One of the three kinds of configuration, which differ only in the destination.
  private record Rule(
      String service,
      String id,
      String arn,
      List<String> events,
      @Nullable NotificationConfigurationFilter filter) {
    boolean matches(String event, String key) {
      return events.stream().anyMatch(pattern -> Events.matches(pattern, event))
          && key.startsWith(part("prefix"))
          && key.endsWith(part("suffix"));
    }

    /// What AWS calls such a destination when it is not pleased with it.
    String kind() {
      return switch (service) {
        case "sqs" -> "queue";
        case "sns" -> "topic";
        default -> "Lambda";
      };
    }

    String part(String name) {
      if (filter == null || filter.key() == null) {
        return "";
      }
      return filter.key().filterRules().stream()
          .filter(rule -> name.equals(lower(rule.nameAsString())))
          .map(FilterRule::value)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse("");
    }
  }

  @Override
  public GetBucketNotificationConfigurationResponse getBucketNotificationConfiguration(
      GetBucketNotificationConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var response = GetBucketNotificationConfigurationResponse.builder();
          var configured = state.get(Setting.NOTIFICATION);
          if (configured != null) {
            if (configured.hasTopicConfigurations()) {
              response.topicConfigurations(configured.topicConfigurations());
            }
            if (configured.hasQueueConfigurations()) {
              response.queueConfigurations(configured.queueConfigurations());
            }
            if (configured.hasLambdaFunctionConfigurations()) {
              response.lambdaFunctionConfigurations(configured.lambdaFunctionConfigurations());
            }
            response.eventBridgeConfiguration(configured.eventBridgeConfiguration());
          }
          return response.build();
        });
  }

  @Override
  public PutBucketNotificationConfigurationResponse putBucketNotificationConfiguration(
      PutBucketNotificationConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          if (request.notificationConfiguration() == null) {
            throw S3Errors.malformedXml();
          }
          var configuration = withIds(request.notificationConfiguration());
          var rules = rules(configuration);
          rules.forEach(S3Notifications::check);
          checkOverlaps(rules);
          if (!Boolean.TRUE.equals(request.skipDestinationValidation())) {
            rules.forEach(rule -> validate(state, rule));
          }
          var empty = rules.isEmpty() && configuration.eventBridgeConfiguration() == null;
          buckets.set(state.name(), Setting.NOTIFICATION, empty ? null : configuration);
          return PutBucketNotificationConfigurationResponse.builder().build();
        });
  }

  @Override
  public void changed(Batch batch, BucketState state, String key, Hooks.Change change) {
    var configuration = state.get(Setting.NOTIFICATION);
    if (configuration == null) {
      return;
    }
    var now = cloud.clock().now();
    var cause = Call.current().cause().header();
    for (var rule : rules(configuration)) {
      if (rule.matches(change.event(), key)) {
        var message = Events.message(state, key, change, rule.id, now);
        deliveries.add(
            batch, rule.arn, new Delivery(rule.service, change.event(), message, cause, now));
      }
    }
    var detailType = Events.detailType(change.event());
    if (configuration.eventBridgeConfiguration() != null && detailType != null) {
      cloud.announce(
          batch,
          () ->
              new Announcement(
                  state.bucket().scope(),
                  "aws.s3",
                  detailType,
                  List.of(state.bucket().arn()),
                  Events.detail(state, key, change)));
    }
  }

  private static List<Rule> rules(NotificationConfiguration configuration) {
    var rules = new ArrayList<Rule>();
    for (var c : configuration.topicConfigurations()) {
      rules.add(new Rule("sns", c.id(), c.topicArn(), c.eventsAsStrings(), c.filter()));
    }
    for (var c : configuration.queueConfigurations()) {
      rules.add(new Rule("sqs", c.id(), c.queueArn(), c.eventsAsStrings(), c.filter()));
    }
    for (var c : configuration.lambdaFunctionConfigurations()) {
      rules.add(new Rule("lambda", c.id(), c.lambdaFunctionArn(), c.eventsAsStrings(), c.filter()));
    }
    return rules;
  }

  /// Gives an id to what came without one.
  private NotificationConfiguration withIds(NotificationConfiguration given) {
    var topics =
        given.topicConfigurations().stream()
            .map(c -> c.id() == null ? c.toBuilder().id(newId()).build() : c)
            .toList();
    var queues =
        given.queueConfigurations().stream()
            .map(c -> c.id() == null ? c.toBuilder().id(newId()).build() : c)
            .toList();
    var functions =
        given.lambdaFunctionConfigurations().stream()
            .map(c -> c.id() == null ? c.toBuilder().id(newId()).build() : c)
            .toList();
    return NotificationConfiguration.builder()
        .topicConfigurations(topics.isEmpty() ? null : topics)
        .queueConfigurations(queues.isEmpty() ? null : queues)
        .lambdaFunctionConfigurations(functions.isEmpty() ? null : functions)
        .eventBridgeConfiguration(given.eventBridgeConfiguration())
        .build();
  }

  private String newId() {
    return cloud.ids().uuid();
  }

  private static void check(Rule rule) {
    if (rule.arn == null || rule.events.isEmpty()) {
      throw S3Errors.malformedXml();
    }
    var arn = Arn.of(rule.arn);
    if (arn.isEmpty() || !arn.get().service().equals(rule.service)) {
      throw S3Errors.invalidArgument("The ARN could not be parsed", rule.arn, rule.arn);
    }
    for (var event : rule.events) {
      if (!Events.SUPPORTED.contains(event)) {
        throw S3Errors.invalidArgument(
            "The event is not supported for notifications", "Event", event);
      }
    }
    if (rule.filter == null || rule.filter.key() == null) {
      return;
    }
    var names = new HashSet<String>();
    for (var part : rule.filter.key().filterRules()) {
      var name = lower(part.nameAsString());
      if (!name.equals("prefix") && !name.equals("suffix")) {
        throw S3Errors.invalidArgument(
            "filter rule name must be either prefix or suffix", "FilterRule.Name", name);
      }
      if (!names.add(name)) {
        throw S3Errors.invalidArgument(
            "Cannot specify more than one " + name + " rule in a filter.", "FilterRule.Name", name);
      }
    }
  }

  /// No event may be told twice because of two rules.
  private static void checkOverlaps(List<Rule> rules) {
    var ids = new HashSet<String>();
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if (!ids.add(rule.id)) {
        throw S3Errors.invalidArgument(
            "Same ID used for multiple configurations. IDs must be unique", "Id", rule.id);
      }
      for (var other : rules.subList(0, i)) {
        if (sharesEvent(rule, other)
            && overlaps(rule.part("prefix"), other.part("prefix"), true)
            && overlaps(rule.part("suffix"), other.part("suffix"), false)) {
          var unfiltered = rule.filter == null && other.filter == null;
          throw S3Errors.invalidArgument(
              unfiltered
                  ? "Configurations overlap. Configurations on the same bucket cannot share a common"
                      + " event type."
                  : "Configuration is ambiguously defined. Cannot have overlapping suffixes in two"
                      + " rules if the prefixes are overlapping for the same event type.",
              "NotificationConfiguration",
              rule.id);
        }
      }
    }
  }

  private static boolean sharesEvent(Rule one, Rule other) {
    return one.events.stream()
        .anyMatch(a -> other.events.stream().anyMatch(b -> covers(a, b) || covers(b, a)));
  }

  private static boolean covers(String pattern, String event) {
    return Events.matches(pattern, event.substring("s3:".length()));
  }

  private static boolean overlaps(String one, String other, boolean beginning) {
    return beginning
        ? one.startsWith(other) || other.startsWith(one)
        : one.endsWith(other) || other.endsWith(one);
  }

  private void validate(BucketState state, Rule rule) {
    var destination = deliveries.destination(rule.service);
    var arn = Arn.of(rule.arn).orElseThrow();
    if (!arn.region().equals(state.bucket().region())) {
      throw S3Errors.invalidArgument(
          "The notification destination service region is not valid for the bucket location"
              + " constraint",
          rule.arn,
          arn.region());
    } else if (destination == null) {
      throw cannotValidate(rule, "The destination " + rule.kind() + " does not exist");
    }
    try {
      destination.validate(arn, Events.test(state.name(), cloud.clock().now()));
    } catch (AwsServiceException e) {
      throw cannotValidate(rule, reason(rule, e));
    }
  }

  private static String reason(Rule rule, AwsServiceException e) {
    var code = Errors.code(e);
    if (code.contains("NotFound") || code.contains("NotExist")) {
      return "The destination " + rule.kind() + " does not exist";
    } else if (code.startsWith("AccessDenied") || code.startsWith("AuthorizationError")) {
      return "Permissions on the destination "
          + rule.kind()
          + " do not allow S3 to publish notifications from this bucket";
    }
    return Errors.message(e);
  }

  private static RuntimeException cannotValidate(Rule rule, String reason) {
    return S3Errors.invalidArgument(
        "Unable to validate the following destination configurations", rule.arn, reason);
  }

  private static String lower(@Nullable String name) {
    return name == null ? "" : name.toLowerCase(Locale.ROOT);
  }
}
