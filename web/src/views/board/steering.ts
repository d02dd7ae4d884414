/** How a lifted card finds its lane: by its horizontal place only, and lane by lane with the arrow keys. */
import { closestCenter, type CollisionDetection, type KeyboardCoordinateGetter } from "@dnd-kit/core";

export const laneBelow: CollisionDetection = (args) => {
  const { collisionRect, pointerCoordinates, droppableRects, droppableContainers } = args;
  const x = pointerCoordinates?.x ?? collisionRect.left + collisionRect.width / 2;
  const found = droppableContainers.find(({ id }) => {
    const rect = droppableRects.get(id);
    return rect !== undefined && x >= rect.left && x < rect.left + rect.width;
  });
  return found === undefined ? closestCenter(args) : [{ id: found.id }];
};

export const laneByArrow: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.code];
  const { collisionRect, droppableRects } = context;
  if (step === undefined || collisionRect === null) return undefined;
  event.preventDefault();
  const lanes = [...droppableRects.values()].sort((a, b) => a.left - b.left);
  const x = collisionRect.left + collisionRect.width / 2;
  const at = lanes.findIndex((rect) => x >= rect.left && x < rect.left + rect.width);
  const next = lanes[at + step];
  const here = lanes[at];
  if (next === undefined || here === undefined) return undefined;
  return { x: currentCoordinates.x + next.left - here.left, y: currentCoordinates.y };
};
