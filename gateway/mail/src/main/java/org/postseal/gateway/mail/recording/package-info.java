/** Tells JDK Flight Recorder how long a message takes in each stage of its way through the gateway. */
@NullMarked
package org.postseal.gateway.mail.recording;

import org.jspecify.annotations.NullMarked;
