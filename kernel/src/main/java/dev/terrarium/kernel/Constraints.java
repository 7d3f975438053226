package dev.terrarium.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// What an API's model says of single parameters. All that is wrong is told at once, before
/// anything else is looked at, in the words of AWS's services: `2 validation errors detected: Value
/// null at 'name' failed to satisfy constraint: …; Value …`.
///
/// A service extends it by its own kinds of names and by its own error.
///
/// @param <C> the service's own class
public abstract class Constraints<C extends Constraints<C>> {
  private static final int ERRORS_SHOWN_MAX = 10;

  private @Nullable List<String> errors;

  /// Nothing is wrong yet.
  protected Constraints() {}

  /// The service's error.
  protected abstract AwsServiceException refusal(String message);

  /// This, in its own type.
  protected abstract C self();

  /// The parameter must be there.
  public final C required(String name, @Nullable Object value) {
    return present(name, value != null);
  }

  /// The parameter must be there, which the caller has looked up.
  public final C present(String name, boolean there) {
    return there ? self() : refuse(null, name, "Member must not be null");
  }

  /// A text's length, if it is there.
  public final C length(String name, @Nullable String value, int min, int max) {
    return value == null ? self() : size(name, value.length(), value, min, max);
  }

  /// A text's form, if it is there.
  public final C pattern(String name, @Nullable String value, Pattern pattern) {
    return value == null || pattern.matcher(value).matches()
        ? self()
        : refuse(value, name, "Member must satisfy regular expression pattern: " + pattern);
  }

  /// A list's length.
  public final C count(String name, Collection<?> list, int min, int max) {
    return list.size() >= min && list.size() <= max
        ? self()
        : size(name, list.size(), shown(list), min, max);
  }

  /// How long something is that is shown as given.
  public final C size(String name, int size, Object shown, int min, int max) {
    if (size < min) {
      refuse(shown, name, "Member must have length greater than or equal to " + min);
    } else if (size > max) {
      refuse(shown, name, "Member must have length less than or equal to " + max);
    }
    return self();
  }

  /// A list as AWS shows it: structures by their names alone.
  private static String shown(Collection<?> list) {
    return list.stream()
        .map(one ->
            one instanceof SdkPojo
                ? one.getClass().getSimpleName() + "@" + Integer.toHexString(one.hashCode())
                : String.valueOf(one))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /// Bytes that are too many, which are not shown.
  public final C bytes(String name, int length, int max) {
    return length <= max
        ? self()
        : add(
            "Value at '"
                + name
                + "' failed to satisfy constraint: Member must have length less than or equal to "
                + max);
  }

  /// A number's least value, if it is there.
  public final C atLeast(String name, @Nullable Number value, long min) {
    return value == null || value.longValue() >= min
        ? self()
        : refuse(value, name, "Member must have value greater than or equal to " + min);
  }

  /// A number's greatest value, if it is there.
  public final C atMost(String name, @Nullable Number value, long max) {
    return value == null || value.longValue() <= max
        ? self()
        : refuse(value, name, "Member must have value less than or equal to " + max);
  }

  /// A number's range, if it is there.
  public final C range(String name, @Nullable Number value, long min, long max) {
    return atLeast(name, value, min).atMost(name, value, max);
  }

  /// One of some words, if there.
  public final C oneOf(String name, @Nullable String value, String... words) {
    return value == null || List.of(words).contains(value)
        ? self()
        : refuse(
            value, name, "Member must satisfy enum value set: [" + String.join(", ", words) + "]");
  }

  /// Tells what is wrong with a parameter.
  public final C refuse(@Nullable Object value, String name, String constraint) {
    var shown = value == null ? "Value null" : "Value '" + value + "'";
    return add(shown + " at '" + name + "' failed to satisfy constraint: " + constraint);
  }

  private C add(String error) {
    var found = errors;
    if (found == null) {
      found = new ArrayList<>(2);
      errors = found;
    }
    found.add(error);
    return self();
  }

  /// Ends the check.
  ///
  /// @throws AwsServiceException if anything is wrong
  public final void check() {
    var found = errors;
    if (found != null) {
      var shown = found.subList(0, Math.min(found.size(), ERRORS_SHOWN_MAX));
      throw refusal(
          found.size()
              + (found.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", shown));
    }
  }
}
