/// Amazon EventBridge Scheduler: schedules, their groups, and the calls that they make.
///
/// A schedule stands in an index by the moment of its next invocation, and one alarm waits for the
/// first of all. When it is due, the schedule's next moment and the invocation that is to be made
/// are stored together; the invocation is deleted when its target has taken it. So none is lost,
/// and one is made again only if the process ends between the target's answer and the deletion.
@NullMarked
package dev.terrarium.services.scheduler;

import org.jspecify.annotations.NullMarked;
