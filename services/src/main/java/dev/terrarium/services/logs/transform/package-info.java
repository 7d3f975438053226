/// Transformers of CloudWatch Logs: processors that turn a message into JSON, one after the other.
@NullMarked
package dev.terrarium.services.logs.transform;

import org.jspecify.annotations.NullMarked;
