/** Tells JDK Flight Recorder about a message on its road. */
@NullMarked
package org.postseal.gateway.mail.recording;

import org.jspecify.annotations.NullMarked;
