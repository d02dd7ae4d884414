/** The board's shape while its cards are on their way. */
import { Skeleton } from "../../ui/Skeleton.tsx";
import css from "./board.module.css";

export function BoardSkeleton() {
  return (
    <div className={css["board"]} aria-busy>
      {[5, 4, 3, 3, 2].map((cards, lane) => (
        <div key={lane} className={css["lane"]}>
          <div className={css["head"]}><Skeleton width={90} /></div>
          <div className={css["cards"]}>
            {Array.from({ length: cards }, (_, card) => (
              <div key={card} className={css["skeleton"]}><Skeleton width="70%" /><Skeleton width="50%" /><Skeleton width="40%" /></div>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
