/// Amazon CloudWatch: metrics, and alarms that act through SNS and Lambda.
///
/// A metric is stored as one record of statistics a minute. Alarms are evaluated when data arrives
/// and, because missing data means something too, at every full minute.
@NullMarked
package dev.terrarium.services.cloudwatch;

import org.jspecify.annotations.NullMarked;
