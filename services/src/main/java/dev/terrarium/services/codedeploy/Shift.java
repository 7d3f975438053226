package dev.terrarium.services.codedeploy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingConfig;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingType;

/// A part of the traffic that goes to the new version from a time on.
///
/// @param minute since the traffic began to be shifted
record Shift(int minute, int percent) {
  /// How traffic is shifted; the last part is the whole.
  static List<Shift> all(@Nullable TrafficRoutingConfig routing) {
    var type = routing == null ? TrafficRoutingType.ALL_AT_ONCE : routing.type();
    if (routing != null && type == TrafficRoutingType.TIME_BASED_CANARY) {
      var canary = routing.timeBasedCanary();
      return List.of(
          new Shift(0, canary.canaryPercentage()), new Shift(canary.canaryInterval(), 100));
    }
    var shifts = new ArrayList<Shift>();
    int minute = 0;
    if (routing != null && type == TrafficRoutingType.TIME_BASED_LINEAR) {
      var linear = routing.timeBasedLinear();
      for (int sum = linear.linearPercentage(); sum < 100; sum += linear.linearPercentage()) {
        shifts.add(new Shift(minute, sum));
        minute += linear.linearInterval();
      }
    }
    shifts.add(new Shift(minute, 100));
    return shifts;
  }
}
