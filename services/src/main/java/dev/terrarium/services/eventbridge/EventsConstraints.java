package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Constraints;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.eventbridge.model.Tag;

/// What EventBridge's model says of single parameters.
final class EventsConstraints extends Constraints<EventsConstraints> {
  private static final Pattern NAME = Pattern.compile("[\\.\\-_A-Za-z0-9]+");
  private static final Pattern BUS = Pattern.compile("[/\\.\\-_A-Za-z0-9]+");
  private static final Pattern BUS_OR_ARN =
      Pattern.compile(
          "(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+");
  private static final Pattern KEY = Pattern.compile("^[a-zA-Z0-9_\\-/:]*$");

  @Override
  protected EventsConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return EventsErrors.validation(message);
  }

  /// A name of letters, digits, dots, dashes and underscores, which must be there.
  EventsConstraints name(String member, @Nullable String value, int max) {
    return required(member, value).prefix(member, value, max);
  }

  /// The same, if it is there.
  EventsConstraints prefix(String member, @Nullable String value, int max) {
    return length(member, value, 1, max).pattern(member, value, NAME);
  }

  /// A bus's name, if it is there.
  EventsConstraints bus(String member, @Nullable String value) {
    return length(member, value, 1, 256).pattern(member, value, BUS);
  }

  /// A bus's name or ARN, if it is there.
  EventsConstraints busOrArn(String member, @Nullable String value) {
    return length(member, value, 1, 1600).pattern(member, value, BUS_OR_ARN);
  }

  EventsConstraints description(@Nullable String value) {
    return length("description", value, 0, 512);
  }

  EventsConstraints kmsKey(@Nullable String value) {
    return length("kmsKeyIdentifier", value, 0, 2048).pattern("kmsKeyIdentifier", value, KEY);
  }

  EventsConstraints eventPattern(@Nullable String value) {
    return length("eventPattern", value, 0, 4096);
  }

  /// How much of a list is wanted, and from where.
  EventsConstraints paging(@Nullable Integer limit, @Nullable String token) {
    return range("limit", limit, 1, 100).length("nextToken", token, 1, 2048);
  }

  EventsConstraints tags(List<Tag> tags) {
    for (int i = 0; i < tags.size(); i++) {
      var member = "tags." + (i + 1) + ".member.";
      required(member + "key", tags.get(i).key())
          .length(member + "key", tags.get(i).key(), 1, 128)
          .required(member + "value", tags.get(i).value())
          .length(member + "value", tags.get(i).value(), 0, 256);
    }
    return this;
  }
}
