/** What JDK Flight Recorder is told of a message on its road. */
@NullMarked
package org.postseal.gateway.mail.recording;

import org.jspecify.annotations.NullMarked;
