/// CloudWatch Logs: groups, streams and events, the filter pattern language, subscriptions and
/// metric filters. Events are kept in the order in which they are read, so that a tail or a search
/// touches only what it returns. Logs Insights is not here.
@NullMarked
package dev.terrarium.services.logs;

import org.jspecify.annotations.NullMarked;
