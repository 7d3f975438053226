package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A resource type that a service brings to CloudFormation: `AWS::SQS::Queue`.
///
/// Methods work through the service's own client, on the account and region of the current call,
/// and may block. A failure is thrown as the AWS error that it is; its message becomes the event's
/// reason. A method may be called again after a crash: creating what is already there for the same
/// [Request#token] returns it.
public interface ResourceType {
  /// AWS's name of the type.
  String name();

  /// The properties that are honoured. Anything else in a template is refused by name.
  List<Property> properties();

  /// Makes the resource.
  Resource create(Request request);

  /// Makes the resource after a crash in the middle of [#create]: with the same token it may be
  /// there already, wholly or in part. Types that cannot tell by the token override this.
  default Resource createAgain(Request request) {
    return create(request);
  }

  /// Changes the resource in place; called only if no property that differs replaces it.
  ///
  /// @param previous the properties so far
  Resource update(Request request, Resource current, ObjectNode previous);

  /// Removes the resource; what is already gone is not an error.
  void delete(Request request, Resource current);

  /// How resources are found that the type has not made; null if it cannot tell.
  default @Nullable Reading reading() {
    return null;
  }

  /// What the resource is like now, whoever changed it: for finding drift. Of interest are the
  /// properties that `request` has. Types that cannot tell say so.
  default Live live(Request request, Resource current) {
    var reading = reading();
    if (reading == null) {
      return new Live.Unknown();
    }
    var state = reading.find(reading.identify(request.properties(), current));
    return state == null ? new Live.Gone() : new Live.There(state.properties());
  }

  /// What a resource is like now.
  sealed interface Live {
    /// The type cannot tell.
    record Unknown() implements Live {}

    /// It is not there any more.
    record Gone() implements Live {}

    /// It is there.
    ///
    /// @param properties those that the type can tell; null for one that is not set any more
    record There(ObjectNode properties) implements Live {}
  }

  /// A property of the type.
  ///
  /// @param required whether a template must have it
  /// @param replaces whether a change makes a new resource instead of changing the old one
  record Property(String name, boolean required, boolean replaces) {
    /// One that may be left out and changes in place.
    public static Property of(String name) {
      return new Property(name, false, false);
    }

    /// The same, but a template must have it.
    public Property mandatory() {
      return new Property(name, true, replaces);
    }

    /// The same, but a change replaces the resource.
    public Property replacing() {
      return new Property(name, required, true);
    }
  }

  /// What a method is asked to do.
  ///
  /// @param stackId the ARN of the stack
  /// @param stackName its name
  /// @param logicalId the resource's name in the template
  /// @param token the same for every try of the same step
  /// @param properties resolved: no intrinsic function is left in them
  /// @param tags of the stack
  record Request(
      String stackId,
      String stackName,
      String logicalId,
      String token,
      ObjectNode properties,
      Map<String, String> tags) {
    /// A name for a resource that the template did not name, as CloudFormation makes them:
    /// `<stack>-<logical id>-<12 letters>`, cut to fit, the same for the same token.
    public String generatedName(int lengthMax) {
      var suffix = new StringBuilder("-");
      long state = token.hashCode() * 0x9E3779B97F4A7C15L;
      for (int i = 0; i < 12; i++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        suffix.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".charAt((int) ((state >>> 33) % 36)));
      }
      var room = lengthMax - suffix.length();
      var name = stackName + "-" + logicalId;
      if (name.length() > room) {
        var half = Math.max(1, (room - 1) / 2);
        var stack = stackName.substring(0, Math.min(stackName.length(), half));
        var logical =
            logicalId.substring(0, Math.min(logicalId.length(), room - 1 - stack.length()));
        name = stack + "-" + logical;
      }
      return name + suffix;
    }
  }

  /// A resource that is there.
  ///
  /// @param physicalId its own id; what `Ref` gives
  /// @param attributes what `Fn::GetAtt` gives, by name
  record Resource(String physicalId, Map<String, JsonNode> attributes) {}
}
