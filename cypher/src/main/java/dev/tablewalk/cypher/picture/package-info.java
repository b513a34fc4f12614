/**
 * Physical memory as pictures. {@link dev.tablewalk.cypher.picture.FrameReader} asks a checkpoint
 * for its frames; {@link dev.tablewalk.cypher.picture.FrameMap} is a grid of bounded size, to be
 * drawn once, {@link dev.tablewalk.cypher.picture.FrameAtlas} a picture of a pixel a frame, to be
 * looked at in tiles of any scale, in several {@link dev.tablewalk.cypher.picture.Layer}s.
 */
@NullMarked
package dev.tablewalk.cypher.picture;

import org.jspecify.annotations.NullMarked;
