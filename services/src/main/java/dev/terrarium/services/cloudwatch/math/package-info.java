/// Metric math: the language of expressions over time series, without knowledge of where the series
/// come from.
@NullMarked
package dev.terrarium.services.cloudwatch.math;

import org.jspecify.annotations.NullMarked;
